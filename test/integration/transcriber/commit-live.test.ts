import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createOutbox, migrate } from '@earshot/db';
import { testDatabase } from '@earshot/harness';
import { systemClock } from '@earshot/service';
import type { AccountId, BotId, TranscriptId } from '@earshot/kernel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commitLive, type LiveChange } from '../../../services/transcriber/src/actions/commit-live.ts';
import { openLive } from '../../../services/transcriber/src/actions/open-live.ts';
import { encodeTranscriptFact } from '../../../services/transcriber/src/events/publish.ts';
import { createMissedSpeeches } from '../../../services/transcriber/src/store/missed-speech.ts';
import { createPositions } from '../../../services/transcriber/src/store/positions.ts';
import { createSpeakers } from '../../../services/transcriber/src/store/speakers.ts';
import { createTranscripts } from '../../../services/transcriber/src/store/transcripts.ts';
import { createUsages } from '../../../services/transcriber/src/store/usages.ts';
import { createUtterances } from '../../../services/transcriber/src/store/utterances.ts';

const database = testDatabase('commit_live');
const deps = {
  database,
  transcripts: createTranscripts(database),
  utterances: createUtterances(database),
  speakers: createSpeakers(database),
  missedSpeech: createMissedSpeeches(database),
  usages: createUsages(database),
  positions: createPositions(database),
  outbox: createOutbox(encodeTranscriptFact),
  encodeFact: encodeTranscriptFact,
  clock: systemClock,
  wake() {},
  wakeRelay() {},
};

beforeAll(() => migrate(database, join(import.meta.dirname, '../../../services/transcriber/src/store/migrations')));
afterAll(() => database[Symbol.asyncDispose]());

function open() {
  const botId = randomUUID() as BotId;
  const transcriptId = randomUUID() as TranscriptId;
  const stream = async () => {
    const streamId = randomUUID();
    const plan = { way: 'live', engine: 'deepgram_streaming', optionsJson: '{}' } as const;
    const how = { accountId: 'default' as AccountId, plan, startedAt: 0 };
    await openLive(deps, { botId, transcriptId, streamId, ...how });
    return { botId, transcriptId, streamId };
  };
  return { botId, stream };
}

/** Utterance `number` of track `a`. */
function said(number: number): LiveChange {
  const text = `word${number}`;
  const word = { text, punctuated: text, startMs: number * 100, endMs: number * 100 + 90, confidence: 1 };
  const { startMs, endMs } = word;
  return {
    kind: 'utterance',
    utterance: {
      ...{ utteranceId: randomUUID(), trackId: 'a', number, label: '', text, startMs, endMs, words: [word] },
      ...{ participantId: 'p', speakerName: 'Ada' },
    },
    position: { trackId: 'a', committedMs: endMs, utterances: number + 1 },
  };
}

async function stateOf(botId: BotId) {
  const words = await database.knex('utterances').where({ bot_id: botId }).orderBy('number').pluck('text');
  const positions = await deps.positions.of(botId);
  const facts = await database.knex('outbox').where('subject', 'like', `%${botId}%`);
  return { words, heard: positions.map(({ utterances }) => utterances), facts: facts.length };
}

it('commits what several streams say together, and again without effect', async () => {
  const [ada, ben] = [open(), open()];
  const commits = [
    { transcript: await ada.stream(), changes: [said(0), said(1)] },
    { transcript: await ben.stream(), changes: [said(0)] },
  ];
  expect(await commitLive(deps, commits)).toEqual([undefined, undefined]);
  expect(await commitLive(deps, commits)).toEqual([undefined, undefined]);
  expect(await stateOf(ada.botId)).toEqual({ words: ['word0', 'word1'], heard: [2], facts: 2 });
  expect(await stateOf(ben.botId)).toEqual({ words: ['word0'], heard: [1], facts: 1 });
});

it('refuses a stream that was replaced, and nobody else', async () => {
  const [ada, ben] = [open(), open()];
  const replaced = await ada.stream();
  const commits = [
    { transcript: replaced, changes: [said(0)] },
    { transcript: await ada.stream(), changes: [said(1)] },
    { transcript: await ben.stream(), changes: [said(0), { kind: 'finished' } as const] },
  ];
  expect(await commitLive(deps, commits)).toEqual([
    expect.objectContaining({ code: 'failed-precondition' }),
    undefined,
    undefined,
  ]);
  expect(await stateOf(ada.botId)).toEqual({ words: ['word1'], heard: [2], facts: 1 });
  expect(await stateOf(ben.botId)).toEqual({ words: ['word0'], heard: [1], facts: 1 });
});

it('ends what failed and what finished, each in its own transcript', async () => {
  const [ada, ben] = [open(), open()];
  await commitLive(deps, [
    { transcript: await ada.stream(), changes: [said(0), { kind: 'failed', failure: 'the vendor is away' }] },
    { transcript: await ben.stream(), changes: [{ kind: 'finished' }] },
  ]);
  const read = (botId: BotId) =>
    database.knex('transcripts').where({ bot_id: botId }).first('state', 'failure', 'is_stream_open');
  expect(await read(ada.botId)).toMatchObject({ state: 'failed', failure: 'the vendor is away', is_stream_open: true });
  expect(await read(ben.botId)).toMatchObject({ state: 'live', is_stream_open: false });
});

it('keeps what was missed once, whatever the pieces, and tells of the first', async () => {
  const ada = open();
  const transcript = await ada.stream();
  const missed = (startMs: number, endMs: number): LiveChange => ({
    kind: 'missed',
    missed: [{ trackId: 'a', startMs, endMs }],
  });
  const commits = [{ transcript, changes: [missed(0, 500), missed(500, 900), missed(2000, 3000)] }];
  expect(await commitLive(deps, commits)).toEqual([undefined]);
  expect(await commitLive(deps, commits)).toEqual([undefined]);
  expect((await deps.missedSpeech.of([transcript.transcriptId])).get(transcript.transcriptId)).toEqual([
    { trackId: 'a', startMs: 0, endMs: 900 },
    { trackId: 'a', startMs: 2000, endMs: 3000 },
  ]);
  const facts = await database.knex('outbox').where('subject', 'like', `%${ada.botId}%`).pluck('subject');
  expect(facts).toEqual([`transcripts.${ada.botId}.live-trouble`]);
});
