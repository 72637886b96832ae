import { randomUUID } from 'node:crypto';
import type { Tx } from '@earshot/db';
import { eventually } from '@earshot/harness';
import { expect, it, vi } from 'vitest';
import { setUpGround } from '../transcriber/transcriber-fixture.ts';
import { openGateway } from './open-gateway.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const at = setUpGround(async () => undefined);
const WORDS = 20;

/** A finished transcript of so many utterances with 20 words each, in the transcriber's tables. */
async function store(utterances: number, rawJson = ''): Promise<string> {
  const { knex } = at.ground.database;
  const [transcriptId, botId] = [randomUUID(), randomUUID()];
  await knex('transcripts').insert({
    ...{ transcript_id: transcriptId, bot_id: botId, account_id: 'account-1', engine: 'deepgram', options_json: '{}' },
    ...{ state: 'ready', started_at: new Date('2026-01-01T00:00:00Z'), created_at: new Date(), raw_json: rawJson },
  });
  await knex('speakers').insert(
    ['A', 'B'].map((name) => ({ bot_id: botId, track_id: name, participant_id: name, name })),
  );
  const fill = (tx: Tx) =>
    tx.raw(
      `insert into utterances (utterance_id, bot_id, transcript_id, track_id, number, text, start_ms, end_ms, words)
     select gen_random_uuid(), :botId, :transcriptId, case when n % 2 = 0 then 'A' else 'B' end, n,
            'utterance ' || n || repeat(' word', :words - 2), n * 4000, n * 4000 + 4000,
            (select jsonb_agg(jsonb_build_object('text', 'word', 'punctuated', 'Word,', 'startMs', n * 4000 + w * 200,
                                                 'endMs', n * 4000 + w * 200 + 150, 'confidence', 0.987654321))
             from generate_series(0, :words - 1) as w)
     from generate_series(0, :last) as n`,
      { botId, transcriptId, words: WORDS, last: utterances - 1 },
    );
  await at.ground.database.transaction(async (tx) => {
    await tx.raw('set local statement_timeout = 0');
    await fill(tx);
  });
  return transcriptId;
}

/** The gateway's routes before a real transcriber. */
async function open() {
  const { client } = await at.ground.start();
  const told = { messages: 0, isOver: false };
  const transcriber = {
    async *readTranscript(...asked: Parameters<typeof client.readTranscript>) {
      try {
        for await (const message of client.readTranscript(...asked)) {
          told.messages += 1;
          yield message;
        }
      } finally {
        told.isOver = true;
      }
    },
  };
  const gateway = await openGateway({ transcriber });
  const get = (id: string, query = '') => gateway.ask(`/api/v1/transcript/${id}/get_transcript${query}`);
  return { get, told, [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose]() };
}

/** Reads an answer as a customer who keeps nothing, with the most memory that this process, the transcriber's too, took more. */
async function readThrough(answer: Response): Promise<{ bytes: number; words: number; grownBy: number }> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let [bytes, words, peak] = [0, 0, before];
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    words += Buffer.from(chunk).toString('latin1').split('"confidence"').length - 1;
    peak = Math.max(peak, process.memoryUsage.rss());
  }
  return { bytes, words, grownBy: peak - before };
}

it('gives 300 000 words in each shape, and takes little memory for it', async () => {
  const id = await store(15_000);
  await using gateway = await open();
  for (const query of ['', '?raw=true', '?format=srt', '?format=vtt', '?format=txt']) {
    const answer = await gateway.get(id, query);
    expect(answer.status).toBe(200);
    const { bytes, words, grownBy } = await readThrough(answer);
    process.stdout.write(
      `300 000 words${query}: ${(bytes / 1e6).toFixed(1)} MB, gateway and transcriber +${Math.round(grownBy / 1e6)} MB\n`,
    );
    // A chunk may end within a word's key.
    if (query === '') expect(Math.abs(words - 300_000)).toBeLessThan(2000);
    // Read as one message, 100 000 words took 160 MB.
    expect(grownBy).toBeLessThan(256e6);
  }
});

it('says the same as when it is short', async () => {
  const id = await store(450);
  await using gateway = await open();
  const segments = (await (await gateway.get(id)).json()) as {
    start_time: number;
    speaker: string;
    words: unknown[];
  }[];
  expect(segments.map(({ start_time: start }) => start)).toEqual(Array.from({ length: 450 }, (_, n) => n * 4));
  expect(segments[1]).toMatchObject({
    ...{ speaker: 'B', absolute_start_time: '2026-01-01T00:00:04.000Z', end_time: 8 },
    words: expect.arrayContaining([expect.objectContaining({ word: 'word', speaker: 1, speaker_confidence: 1 })]),
  });
  const raw = (await (await gateway.get(id, '?raw=true')).json()) as Record<'text', string> & {
    words: unknown[];
    utterances: unknown[];
    confidence: number;
  };
  expect(raw).toMatchObject({
    id,
    status: 'completed',
    audio_duration: 1800,
    language_code: null,
    speaker_labels: true,
  });
  expect(raw.words).toHaveLength(450 * WORDS);
  expect(raw.utterances).toHaveLength(450);
  expect(raw.text.split(' ')).toHaveLength(450 * WORDS);
  expect(raw.confidence).toBeCloseTo(0.987654321);
  const empty = await store(0);
  expect(await (await gateway.get(empty)).json()).toEqual([]);
  expect(await (await gateway.get(empty, '?format=vtt')).text()).toBe('WEBVTT\n');
});

it("gives the provider's own answer as it is, however long", async () => {
  const own = { results: Array.from({ length: 60_000 }, (_, n) => ({ word: `wörd 😀 ${n}`, start: n, speaker: 'ä' })) };
  const id = await store(1, JSON.stringify(own));
  await using gateway = await open();
  expect(await (await gateway.get(id, '?raw=true')).json()).toEqual(own);
  expect(await (await gateway.get(id)).json()).toHaveLength(1);
});

it('reads no further when its reader has gone', async () => {
  const id = await store(15_000);
  await using gateway = await open();
  const reader = (await gateway.get(id)).body?.getReader();
  await reader?.read();
  await reader?.cancel();
  await eventually(async () => gateway.told.isOver, { signal: AbortSignal.timeout(10_000) });
  expect(gateway.told.messages).toBeLessThan(76);
});

it('breaks off when it is erased meanwhile: a part is not told as the whole', async () => {
  const id = await store(15_000);
  await using gateway = await open();
  const answer = await gateway.get(id);
  const reader = answer.body?.getReader();
  await reader?.read();
  // As the erasure does: all of it at once.
  await at.ground.database.transaction(async (tx) => {
    await tx('utterances').where({ transcript_id: id }).delete();
    await tx('transcripts').where({ transcript_id: id }).delete();
  });
  const rest = async () => {
    while (!(await reader?.read())?.done);
  };
  await expect(rest()).rejects.toThrow();
});
