import { parseArgs } from 'node:util';
import { startLab, type LabParticipant, type Room } from './index.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env['LAB_PORT'] ?? '4600' },
    'tls-port': { type: 'string', default: process.env['LAB_TLS_PORT'] ?? '4643' },
    /** How many people talk in the open room, at most three. */
    people: { type: 'string', default: process.env['LAB_PEOPLE'] ?? '0' },
  },
});

const conversation = [
  { name: 'Alice', text: 'good morning everybody, shall we begin with the numbers of last week' },
  { name: 'Bob', text: 'yes please, I would like to know how many customers came back' },
  { name: 'Carol', text: 'more than half of them did, and the new page is much faster' },
];

const lab = await startLab({ port: Number(values.port), tlsPort: Number(values['tls-port']) });
const open = lab.createRoom({ face: 'web', id: 'open' });
const meet = lab.createRoom({ face: 'google-meet', id: 'lab-open-abc' });
const chromiumArgs = lab.browserArgs.map((argument) => `'${argument}'`).join(' ');
console.log(`open room        ${open.link}`);
console.log(`google-meet face ${meet.link}   (for a Chromium started with the flags below)`);
console.log(`                 chromium --user-data-dir="$(mktemp -d)" ${chromiumArgs}`);

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

await Promise.race([
  talk(open, Number(values.people)),
  new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true })),
]);
await lab[Symbol.asyncDispose]();

/** Has people join and talk in turns until the lab is stopped. */
async function talk(room: Room, count: number): Promise<void> {
  const speakers: { person: LabParticipant; text: string }[] = [];
  for (const { name, text } of conversation.slice(0, count)) {
    speakers.push({ person: await room.join({ name, camera: true }), text });
  }
  try {
    while (speakers.length > 0) for (const { person, text } of speakers) await person.say(text);
  } catch (error) {
    // Stopping closes the pages that speak.
    if (!stop.signal.aborted) throw error;
  }
  await new Promise(() => {});
}
