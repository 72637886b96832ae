import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseWav } from '@earshot/audio';
import { SECOND } from '@earshot/kernel';
import { eventually, type Received, type Fixture } from '@earshot/harness';
import { spokenSentences, type HeardSentence } from './latency.ts';
import { gather, playMeeting, prepareSentences, type Answer, type Speech } from './meeting.ts';
import { completeOrder } from './order.ts';
import type { Screen } from './screen.ts';
import { waitFor } from './wait-for.ts';

/** All that was seen of one bot's life. */
export interface Seen {
  readonly botId: string;
  readonly speeches: readonly Speech[];
  readonly heard: readonly HeardSentence[];
  readonly transcript: readonly { speaker: string; transcript: string }[];
  readonly participants: readonly { displayName: string; joinedAt: string; leftAt: string | null }[];
  readonly audioSeconds: number;
  readonly recording: Int16Array;
  readonly deletedObjects: number;
  /** Status of the audio, transcript and participants requests after the deletion. */
  readonly afterDeletion: readonly number[];
  readonly filesLeft: readonly string[];
  readonly chat: readonly string[];
  /** What the bot said; undefined where it was not asked to. */
  readonly answer: Answer | undefined;
}

/** Callbacks as they were received, in order. */
export const callbackName = ({ body }: Received): string =>
  body.bot_status ?? (body.audio_status && 'audio') ?? (body.transcript_status && 'transcript') ?? body.event;

export interface StoryOptions {
  readonly screen: Screen;
  /** Bounds all waiting. */
  readonly signal: AbortSignal;
  readonly onSentence?: (index: number) => void;
  /** Whether those who are there from the beginning show pictures. Default true. */
  readonly hasCameras?: boolean;
  /** Whether the bot says something near the end. Default false. */
  readonly hasAnswer?: boolean;
}

/** The main job, from the order to the deletion. Resolves when every step has happened; the signal bounds the waiting. */
export async function playStory(
  fixture: Fixture,
  { screen, signal, onSentence, hasCameras = true, hasAnswer = false }: StoryOptions,
): Promise<Seen> {
  const { api, room, customer } = fixture;
  const step = <T>(what: string, work: () => Promise<T>) => waitFor(what, { work, signal });
  const told = (name: string) =>
    step(`the callback ${name}`, () =>
      customer.watched.until(() => customer.callbacks.find((callback) => callbackName(callback) === name), signal),
    );
  const isNow = (status: string) =>
    step(`the bot to be ${status}`, () =>
      eventually(async () => statusIs(await api.request('GET', `/bots/${botId}/status`), status), { signal }),
    );

  screen.heading('A meeting, and a bot');
  await step('the sentences to be spoken into files', prepareSentences);
  const people = await step('people to enter the meeting', () => gather(room, { hasCameras }));
  screen.line(`${[...people.keys()].join(' and ')} are in the meeting at ${room.link}`, 'blue');
  const ordered = await api.request('POST', '/bots/create_bot', completeOrder({ meetingLink: room.link, customer }));
  if (ordered.status !== 201) throw new Error(`create_bot answered ${ordered.status}: ${ordered.body.message}`);
  const botId: string = ordered.body.bot_id;
  screen.line(`bot ordered: ${botId}`);
  await told('InMeeting');
  await isNow('Recording');

  const speak = async (text: string) => {
    const spoken = await api.request('POST', `/bots/${botId}/speak`, { text });
    if (spoken.status !== 200) throw new Error(`speak answered ${spoken.status}: ${spoken.body.message}`);
  };
  const { speeches, answer } = await step('everybody to have spoken', () =>
    playMeeting({ room, people, screen, onSentence, ...(hasAnswer && { speak }) }),
  );
  const chat = room.chat.map((message) => message.text);
  await told('Stopped');
  await told('audio');
  await told('transcript');
  await step('the live audio socket to be closed', () =>
    customer.watched.until(() => customer.audio.at(-1)?.closeCode === 1000, signal),
  );

  screen.heading('What was made of it');
  const audio = await api.request('GET', `/bots/${botId}/get_audio`);
  const audioBytes = Buffer.from(await (await fetch(audio.body.audio_url, { signal })).arrayBuffer());
  const { StartTime } = (await api.request('GET', `/bots/${botId}/detail`)).body.bot_details;
  const recording = parseWav(audioBytes).pcm;
  const transcriptId: string = ordered.body.transcript_id;
  const transcript = (await api.request('GET', `/transcript/${transcriptId}/get_transcript`)).body;
  for (const { speaker, transcript: text } of transcript) screen.line(`${speaker}: ${text}`, 'cyan');
  const participants = (await api.request('GET', `/bots/${botId}/get_participants`)).body;
  await isNow('Done');

  screen.heading('Deletion, with proof');
  const deletion = await api.request('DELETE', `/bots/${botId}/delete`);
  if (deletion.status !== 200) throw new Error(`delete answered ${deletion.status}: ${deletion.body.message}`);
  await told('data_deletion');
  const afterDeletion = await Promise.all(
    [`/bots/${botId}/get_audio`, `/transcript/${transcriptId}/get_transcript`, `/bots/${botId}/get_participants`].map(
      async (path) => (await api.request('GET', path)).status,
    ),
  );
  return {
    botId,
    speeches,
    recording,
    heard: spokenSentences(speeches, { recording, startedAt: Date.parse(StartTime), line: customer.audio[0] }),
    transcript,
    participants,
    audioSeconds: audio.body.duration_seconds,
    deletedObjects: deletion.body.deleted_objects,
    afterDeletion,
    filesLeft: await filesOf(join(fixture.dataDir, 'blobs'), botId),
    chat,
    answer,
  };
}

/** How long a story may take at most. */
export const STORY_MS = 170 * SECOND;

/** Whether a bot's status answer says this. */
export function statusIs(answer: { body: { status: string } }, status: string): boolean {
  return answer.body.status === status;
}

async function filesOf(folder: string, botId: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return files
    .filter((file) => file.isFile() && file.parentPath.includes(botId))
    .map((file) => join(file.parentPath, file.name));
}
