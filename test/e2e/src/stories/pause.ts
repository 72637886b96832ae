import { setTimeout as delay } from 'node:timers/promises';
import { parseWav } from '@earshot/audio';
import { samplesOf, statusIs } from '@earshot/demo';
import { eventually, openFixture, piecesOf, PRESENT_SHARE, type Fixture } from '@earshot/harness';
import { mapConcurrent, MINUTE, SECOND } from '@earshot/kernel';
import { speechFile, type LabParticipant, type Room } from '@earshot/lab';
import { sentences } from '@earshot/sandbox';
import type { E2eStory } from '../story.ts';

/** Twice a lease. */
const PAUSE_MS = 20 * SECOND;
/** Leases of joiners that are heard no more would end by then. */
const AFTERWARDS_MS = 12 * SECOND;
/** So many join, and so many speak, at a time: the machine has two processors. */
const AT_A_TIME = 2;
/** Bounds all waiting. */
const WAIT_MS = 10 * MINUTE;
const SAMPLES_PER_MS = 48;
/** How far a sentence may lie from where the clocks say, in milliseconds. */
const SEARCH_MS = 1000;
const GREETING = 'Hello, I am taking notes.';

interface Meeting {
  readonly room: Room;
  readonly host: LabParticipant;
  readonly path: string;
  /** Every id that the bot ever had there: one for each time it came. */
  readonly ids: Set<string>;
  readonly said: { readonly text: string; readonly at: number }[];
}

/** The scheduler is stopped and goes on; bots in their meetings do not notice. */
export function pausing(meetings: number): E2eStory {
  return {
    name: `bots in ${meetings} meetings stay while the scheduler is stopped for ${PAUSE_MS / SECOND} s`,
    isSlow: true,
    async play(screen) {
      await using fixture = await openFixture({ face: 'web', settings: { MAX_BOTS: String(meetings) } });
      const { api, lab, stack } = fixture;
      const signal = AbortSignal.timeout(WAIT_MS);
      for (const { text } of sentences) await speechFile(text);
      const rooms = Array.from({ length: meetings }, () => lab.createRoom({ face: 'web' }));
      const all = await mapConcurrent(rooms, { concurrency: AT_A_TIME }, (room) => begin(fixture, room, signal));
      screen.line(`${meetings} bots record`, 'blue');

      let next = 0;
      /** Everybody says a sentence, no two of one moment the same. */
      const talk = () =>
        mapConcurrent(all, { concurrency: AT_A_TIME }, async ({ host, said }) => {
          const text = sentences[next++ % sentences.length]?.text ?? '';
          said.push({ text, at: (await host.say(text)).startedAt });
        });
      const scheduler = stack.processes.get('scheduler');
      screen.line(`the scheduler is stopped for ${PAUSE_MS / SECOND} s`, 'red');
      scheduler?.kill('SIGSTOP');
      const resumed = delay(PAUSE_MS).then(() => scheduler?.kill('SIGCONT'));
      // Some speak while it is stopped, some when it goes on.
      await Promise.all([talk(), resumed.then(() => delay(AFTERWARDS_MS))]);
      const departures = all.reduce((sum, { ids }) => sum + ids.size - 1, 0);
      const absent = all.filter(({ room }) => idOf(room) === undefined).length;

      await Promise.all(all.map(({ host }) => host.leave()));
      const lost = await mapConcurrent(all, { concurrency: AT_A_TIME }, async (meeting) => {
        await eventually(async () => (await api.request('GET', `${meeting.path}/get_audio`)).status === 200, {
          signal,
        });
        return piecesLost(fixture, meeting, signal);
      });
      const greetings = all.map(({ room }) => room.chat.filter(({ text }) => text === GREETING).length);
      const pieces = lost.reduce((sum, each) => sum + each.pieces, 0);
      const missing = lost.reduce((sum, each) => sum + each.missing, 0);
      const torn = lost.reduce((sum, each) => sum + each.torn, 0);
      return [
        {
          check: `${departures} departures in ${meetings} meetings, ${absent} bots absent at the end`,
          passed: departures === 0 && absent === 0,
        },
        {
          check: `greetings in each meeting: ${greetings.join(', ')}`,
          passed: greetings.every((count) => count === 1),
        },
        {
          check: `${pieces} half seconds of speech: ${missing} missing, ${torn} torn`,
          passed: pieces > 0 && missing === 0,
        },
      ];
    },
  };
}

const idOf = (room: Room) => room.participants().find(({ name }) => name === 'Earshot')?.id;

/** A host, and a bot that records them. */
async function begin({ api }: Fixture, room: Room, signal: AbortSignal): Promise<Meeting> {
  const host = await room.join({ name: 'Host', isCrowd: true });
  const ids = new Set<string>();
  // Looks at each change of the room, and never finds enough.
  const note = () => {
    const id = idOf(room);
    if (id !== undefined) ids.add(id);
    return undefined;
  };
  void room.waitFor(note, { signal }).catch(() => {});
  const ordered = await api.request('POST', '/bots/create_bot', {
    meeting_link: room.link,
    bot_name: 'Earshot',
    bot_message: GREETING,
    automatic_leave: { everyone_left_timeout: 5 },
  });
  if (ordered.status !== 201) throw new Error(`create_bot answered ${ordered.status}: ${ordered.body.message}`);
  const path = `/bots/${ordered.body.bot_id}`;
  await eventually(async () => statusIs(await api.request('GET', `${path}/status`), 'Recording'), { signal });
  return { room, host, path, ids, said: [] };
}

/** How much of what was said in a meeting is in its recording. */
async function piecesLost({ api }: Fixture, { path, said }: Meeting, signal: AbortSignal) {
  const audio = await api.request('GET', `${path}/get_audio`);
  const recording = parseWav(Buffer.from(await (await fetch(audio.body.audio_url, { signal })).arrayBuffer())).pcm;
  const { StartTime } = (await api.request('GET', `${path}/detail`)).body.bot_details;
  const all = [];
  for (const { text, at } of said) {
    const near = (at - Date.parse(StartTime)) * SAMPLES_PER_MS;
    const around = SEARCH_MS * SAMPLES_PER_MS;
    all.push(...piecesOf(recording, await samplesOf(text), { from: near - around, to: near + around }));
  }
  return {
    pieces: all.length,
    missing: all.filter(({ share }) => share < PRESENT_SHARE).length,
    torn: all.filter(({ isTorn }) => isTorn).length,
  };
}
