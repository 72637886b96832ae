import { setTimeout as delay } from 'node:timers/promises';
import { samplesOf, statusIs, type Screen } from '@earshot/demo';
import { eventually, listenTo, openFixture, type ControlConnection, type Fixture } from '@earshot/harness';
import { SECOND } from '@earshot/kernel';
import type { Face, LabParticipant, Room } from '@earshot/lab';
import { sentences } from '@earshot/sandbox';
import type { E2eStory } from '../story.ts';
import { judgeSpeaking, type BargedIn, type Spoken } from './speak-verdict.ts';

const RATE = 48_000;
const CHUNK_SAMPLES = RATE / 10;
/** A meeting, with the machine as slow as it may be. */
const MEETING_MS = 180 * SECOND;
/** What is sounding by then, and for some seconds more. */
const INTO_SPEECH_MS = 1500;
const SAYS = sentences[2]?.text ?? '';
const ANSWERS = sentences[3]?.text ?? '';

/** A customer has the bot speak by its control socket; another participant listens, and speaks in between. */
export function speaking(faces: readonly Face[]): E2eStory {
  return {
    name: `a bot answers in a meeting on ${faces.join(', ')}: heard by others, silent when interrupted, never its own listener`,
    async play(screen) {
      await using fixture = await openFixture({ face: 'web' });
      const checks = [];
      for (const face of faces) checks.push(...(await speakOn(fixture, face, screen)));
      return checks;
    },
  };
}

async function speakOn(fixture: Fixture, face: Face, screen: Screen) {
  const { api, customer, lab } = fixture;
  const signal = AbortSignal.timeout(MEETING_MS);
  const room = lab.createRoom({ face });
  const ann = await room.join({ name: 'Ann' });
  const { botId, control } = await bringIn(fixture, room, signal);
  screen.line(`${face}: the bot is in, its control socket is ready`, 'blue');
  // Whose voice it is that speaks is known by then.
  const { startedAt: answeredAt } = await ann.say(ANSWERS);
  const sentence = await samplesOf(SAYS);
  const long = await joined(sentences.slice(5, 10).map(({ text }) => text));

  const seen = {
    sentenceHeard: await say(ann, control, sentence),
    interrupted: await interrupt(ann, control, long),
    bargedIn: await bargeIn(ann, control, long, signal),
    // Of a page without microphones for others to mute nothing is told.
    mutedCode: face === 'web' ? undefined : await muteWhileSpeaking(room, control, { pcm: long, signal }),
  };
  await delay(SECOND);
  await ann.leave();
  const done = ({ body }: { body: { event: string; bot_id: string } }) =>
    body.event === 'bot.done' && body.bot_id === botId;
  await customer.watched.until(() => customer.callbacks.some(done), signal);
  const path = `/bots/${botId}`;
  await eventually(async () => (await api.request('GET', `${path}/get_audio`)).status === 200, { signal });
  const answer = await samplesOf(ANSWERS);
  return await judgeSpeaking({
    fixture,
    screen,
    face,
    botId,
    control,
    words: { SAYS, ANSWERS },
    sentence,
    answer,
    answeredAt,
    ...seen,
  });
}

export async function bringIn({ api, customer }: Fixture, room: Room, signal: AbortSignal) {
  const before = customer.control.length;
  const ordered = await api.request('POST', '/bots/create_bot', {
    ...{ meeting_link: room.link, bot_name: 'Earshot' },
    ...{ callback_url: customer.callbackUrl, callback_version: '2026-06' },
    socket_connection_url: { websocket_url: `${customer.controlUrl}/{bot_id}`, barge_in: 'notify' },
    live_audio_required: { websocket_url: customer.liveAudioUrl },
    recording_config: { transcript: { provider: { deepgram_streaming: {} } } },
    automatic_leave: { everyone_left_timeout: 5 },
  });
  if (ordered.status !== 201) throw new Error(`create_bot answered ${ordered.status}: ${ordered.body.message}`);
  const botId: string = ordered.body.bot_id;
  await eventually(async () => statusIs(await api.request('GET', `/bots/${botId}/status`), 'Recording'), { signal });
  const isReady = () => customer.control.slice(before).find(({ messages }) => messages[0]?.body.type === 'ready');
  return { botId, control: await customer.watched.until(isReady, signal) };
}

/** Sends it in pieces of a tenth of a second, all at once, and listens to it. */
async function say(listener: LabParticipant, control: ControlConnection, pcm: Int16Array): Promise<Spoken> {
  const hear = await listenTo(listener, 'Earshot');
  const sentAt = Date.now();
  send(control, pcm);
  return { sentAt, heard: await hear((pcm.length / RATE) * SECOND + 2 * SECOND) };
}

async function interrupt(listener: LabParticipant, control: ControlConnection, pcm: Int16Array): Promise<Spoken> {
  const hear = await listenTo(listener, 'Earshot');
  send(control, pcm);
  await delay(INTO_SPEECH_MS);
  const sentAt = Date.now();
  control.send({ command: 'interrupt', action: 'clear_audio_queue' });
  return { sentAt, heard: await hear(2 * SECOND) };
}

/** Somebody begins to speak while the bot does: the customer is told, and has it be silent. */
async function bargeIn(
  person: LabParticipant,
  control: ControlConnection,
  pcm: Int16Array,
  signal: AbortSignal,
): Promise<BargedIn> {
  const hear = await listenTo(person, 'Earshot');
  const from = control.messages.length;
  send(control, pcm);
  await delay(INTO_SPEECH_MS);
  const talking = person.say(ANSWERS);
  const told = await eventually(
    async () => control.messages.slice(from).find(({ body }) => body.command === 'interrupt'),
    { signal, everyMs: 5 },
  );
  control.send({ command: 'interrupt', action: 'clear_audio_queue' });
  const [{ startedAt }, heard] = await Promise.all([talking, hear(2 * SECOND)]);
  return { sentAt: told.at, heard, startedAt, told: told.body as Readonly<Record<string, unknown>> };
}

function send(control: ControlConnection, pcm: Int16Array): void {
  for (let at = 0; at < pcm.length; at += CHUNK_SAMPLES) control.say(pcm.subarray(at, at + CHUNK_SAMPLES));
}

async function joined(texts: readonly string[]): Promise<Int16Array> {
  const pieces = await Promise.all(texts.map((text) => samplesOf(text)));
  return Int16Array.from(pieces.flatMap((piece) => [...piece]));
}

/** The host mutes the bot in the middle of what it says. Answers the code of the error that the customer is sent. */
async function muteWhileSpeaking(
  room: Room,
  control: ControlConnection,
  { pcm, signal }: { pcm: Int16Array; signal: AbortSignal },
): Promise<string> {
  const from = control.messages.length;
  send(control, pcm);
  await delay(INTO_SPEECH_MS);
  room.host.mute('Earshot');
  const find = async () => control.messages.slice(from).find(({ body }) => body.type === 'error')?.body.code as string;
  return eventually(find, { signal, everyMs: 50 });
}
