import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { sentences } from '@earshot/sandbox';
import type { Transcript } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { expect, it, vi } from 'vitest';
import { wordErrorRate } from '../../harness/src/word-error-rate.ts';
import { databaseUrl, eventually } from './fixture.ts';
import { setUpGround } from './transcriber-fixture.ts';
import { startOf, talk, turn, type Item } from './talker.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 });

const said = sentences.slice(0, 6).map(({ text }) => text);
/** Ada speaks at 1, 12 and 30 seconds, Ben at 6, 20 and 40. */
let turns: Item[][];

const at = setUpGround(async () => {
  const starts = [1000, 6000, 12_000, 20_000, 30_000, 40_000];
  turns = await Promise.all(said.map((text, index) => turn(index % 2 === 0 ? 'ada' : 'ben', starts[index]!, text)));
  return undefined;
});

const textOf = (transcript: Transcript, trackId: string) =>
  transcript.utterances
    .filter((utterance) => utterance.trackId === trackId)
    .map(({ text }) => text)
    .join(' ');

/** Everything that was said is there, on the right track, once, and at its time. */
function expectWhole(transcript: Transcript): void {
  for (const [index, trackId] of ['ada', 'ben'].entries()) {
    const expected = said.filter((_, each) => each % 2 === index).join(' ');
    const rate = wordErrorRate(expected, textOf(transcript, trackId));
    expect(rate, `${trackId}: ${textOf(transcript, trackId)}`).toBeLessThanOrEqual(0.25);
  }
  const starts = transcript.utterances.map(({ startMs }) => startMs);
  expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  for (const { trackId, words } of transcript.utterances) {
    for (const { startMs, endMs } of words) {
      const inTurn = turns.some(
        (items) => items[0]!.trackId === trackId && turnStart(items) <= startMs && endMs <= items.at(-1)!.endMs + 20,
      );
      expect(inTurn, `${trackId} ${startMs}-${endMs}`).toBe(true);
      expect(endMs).toBeGreaterThan(startMs);
    }
  }
}

function lengthOf({ message }: Item['request']): number {
  return message?.$case === 'speech' ? message.value.pcm.length / 32 : 0;
}

function turnStart([first]: Item[]): number {
  const message = first!.request.message;
  return message?.$case === 'speech' ? message.value.atMs : 0;
}

it.each(['deepgram_streaming', 'assemblyai_streaming'])('%s hears two tracks, each under its name', async (engine) => {
  const { client } = await at.ground.start();
  const start = startOf(engine);
  const heard = at.ground.subscribeEphemeral(start.botId);
  const askedBefore = at.sandbox.requests.length;
  const stream = await talk(client, start);
  stream.name('ada', 'Ada');
  // Only a part of the first turn at first, so that there are partials before it ends.
  stream.say(turns[0]!.slice(0, 25));
  await eventually(
    () => heard.partials.length,
    (count) => count > 0,
  );
  stream.say([...turns[0]!.slice(25), ...turns.slice(1).flat()]);
  stream.name('ben', 'Ben');
  await stream.finish();

  const transcript = await client.getTranscript({ transcriptId: start.transcriptId });
  expect(transcript).toMatchObject({ state: 'TRANSCRIPT_STATE_LIVE', engine, startedAt: start.startedAt });
  expectWhole(transcript);
  // What will be billed: the sessions that the vendor saw, one a track unless it took long to answer, and no more audio than was spoken.
  const sessions = at.sandbox.requests.length - askedBefore;
  expect(sessions).toBeGreaterThanOrEqual(2);
  const saidMs = turns.flat().reduce((sum, { request }) => sum + lengthOf(request), 0);
  expect(transcript.usage).toMatchObject([{ engine, times: sessions }]);
  expect(Math.abs(transcript.usage[0]!.audioMs - saidMs)).toBeLessThan(50);
  expect(transcript.usage[0]!.openMs).toBeGreaterThan(0);
  for (const { trackId, speakerName, participantId } of transcript.utterances) {
    expect([speakerName, participantId]).toEqual(trackId === 'ada' ? ['Ada', 'id-Ada'] : ['Ben', 'id-Ben']);
  }
  for (const trackId of ['ada', 'ben']) {
    const lastEnd = Math.max(...turns.flat().map((item) => (item.trackId === trackId ? item.endMs : 0)));
    expect(stream.committed.get(trackId)).toBe(lastEnd);
  }
  const ids = new Set(transcript.utterances.map(({ utteranceId }) => utteranceId));
  await eventually(heard.kinds, (kinds) => kinds.length === ids.size);
  const finals = heard.facts.flatMap(({ fact }) => (fact?.$case === 'utteranceFinal' ? [fact.value.utterance!] : []));
  expect(new Set(finals.map(({ utteranceId }) => utteranceId))).toEqual(ids);
  expect(finals.find(({ trackId }) => trackId === 'ada')).toMatchObject({ speakerName: 'Ada' });
  expect(heard.partials[0]).toMatchObject({ botId: start.botId, utterance: { trackId: 'ada', speakerName: 'Ada' } });
  for (const { utterance } of heard.partials) expect(ids).toContain(utterance!.utteranceId);
  // What is committed is published as a preview too, each with what stands before it.
  const order = finals.map(({ utteranceId }) => utteranceId);
  expect(heard.finals.map(({ utterance }) => utterance!.utteranceId)).toEqual(order);
  expect(heard.finals.map(({ after }) => after)).toEqual(['', ...order.slice(0, -1)]);
});

it('says that a transcript is ready after the recording, and once', async () => {
  const { client } = await at.ground.start();
  const start = startOf('deepgram_streaming');
  const heard = at.ground.subscribeEphemeral(start.botId);
  const stream = await talk(client, start);
  stream.say(turns[0]!);
  await at.ground.sayProcessing(start.botId, { ...start });
  await at.ground.sayRecording(start.botId, 'ready');
  await stream.until((committed) => committed.get('ada') === turns[0]!.at(-1)!.endMs);
  expect(heard.last()).toEqual([]);
  await stream.finish();
  await eventually(heard.last, (last) => last.length > 0);
  await at.ground.sayProcessing(start.botId, { ...start });
  await at.ground.sayRecording(start.botId, 'ready');
  const other = startOf('deepgram_streaming').botId;
  const after = at.ground.subscribeEphemeral(other);
  await at.ground.sayRecording(other, 'ready');
  await at.ground.sayProcessing(other);
  await eventually(after.last, (last) => last.length > 0);
  const transcript = await client.getTranscript({ transcriptId: start.transcriptId });
  const words = transcript.utterances.reduce((sum, utterance) => sum + utterance.words.length, 0);
  expect(transcript.state).toBe('TRANSCRIPT_STATE_READY');
  expect(heard.last()).toEqual([
    { $case: 'transcriptReady', value: { transcriptId: start.transcriptId, words, missedMs: 0, detail: '' } },
  ]);
  expect(words).toBeGreaterThan(6);
  expect(after.last()).toEqual([{ $case: 'transcriptSkipped', value: {} }]);
});

it('loses and doubles nothing when it is ended in the middle', async () => {
  const first = await at.ground.start();
  const start = startOf('deepgram_streaming');
  const before = await talk(first.client, start);
  before.name('ada', 'Ada');
  before.say(turns.slice(0, 3).flat());
  before.say(turns[3]!.slice(0, 15));
  await before.until((committed) => (committed.get('ada') ?? 0) > 1000);
  await first.stop();
  await before.listening;

  const second = await at.ground.start();
  const after = await talk(second.client, start);
  expect(after.committed.get('ada')).toBeGreaterThanOrEqual(before.committed.get('ada')!);
  after.say(turns.flat());
  await after.finish();
  const transcript = await second.client.getTranscript({ transcriptId: start.transcriptId });
  expectWhole(transcript);
  expect(transcript.utterances.find(({ trackId }) => trackId === 'ada')).toMatchObject({ speakerName: 'Ada' });
  const rows = await at.ground.database.knex('utterances').where({ bot_id: start.botId }).count();
  expect(Number(rows[0]!['count'])).toBe(transcript.utterances.length);
});

it('goes on in the stream that was opened last', async () => {
  const { client } = await at.ground.start();
  const start = startOf('deepgram_streaming');
  const before = await talk(client, start);
  before.say(turns.slice(0, 2).flat());
  const after = await talk(client, start);
  await before.listening;
  after.say(turns.flat());
  await after.finish();
  expectWhole(await client.getTranscript({ transcriptId: start.transcriptId }));
});

it.each([
  { kind: 'close-mid-stream' as const, after: 20 },
  { kind: 'malformed' as const, after: 20 },
  { kind: 'rate-limited' as const, after: 0 },
  { kind: 'server-error' as const, after: 0 },
])('hears everything although the provider fails: $kind', async (fault) => {
  for (let times = 0; times < 2; times++) at.sandbox.faults.next({ vendor: 'deepgram', mode: 'streaming', ...fault });
  const { client } = await at.ground.start();
  const start = startOf('deepgram_streaming');
  const stream = await talk(client, start);
  stream.say(turns.flat());
  await stream.finish();
  expectWhole(await client.getTranscript({ transcriptId: start.transcriptId }));
});

it.each(['close-mid-stream' as const, 'session-limit' as const])(
  'hears everything although AssemblyAI ends a session in the middle: %s',
  async (kind) => {
    at.sandbox.faults.next({ vendor: 'assemblyai', mode: 'streaming', kind, after: 20 });
    const { client } = await at.ground.start();
    const start = startOf('assemblyai_streaming');
    const stream = await talk(client, start);
    stream.say(turns.flat());
    await stream.finish();
    expectWhole(await client.getTranscript({ transcriptId: start.transcriptId }));
  },
);

const refusals = [
  { why: 'a wrong key', key: 'wrong', options: '{}', says: /refused the key/ },
  { why: 'no key', key: undefined, options: '{}', says: /^no API key is configured for deepgram_streaming$/ },
  { why: 'an unknown option', key: 'any', options: '{"speed":2}', says: /speed: unknown option/ },
];

it.each(refusals)('fails for $why, and lets go of what is said', async ({ key, options, says }) => {
  const secrets = { apiKeys: { deepgram: key, assemblyai: undefined, openai_compatible: undefined } };
  const { client } = await at.ground.start({ config: { secrets } });
  const start = startOf('deepgram_streaming', { optionsJson: options });
  const heard = at.ground.subscribeEphemeral(start.botId);
  const stream = await talk(client, start);
  stream.say(turns.slice(0, 2).flat());
  const ends = new Map(turns.slice(0, 2).map((items) => [items[0]!.trackId, items.at(-1)!.endMs]));
  await stream.until((committed) => [...ends].every(([trackId, endMs]) => (committed.get(trackId) ?? 0) >= endMs));
  await stream.finish();
  expect(heard.last()).toEqual([]);
  await at.ground.sayRecording(start.botId, 'ready');
  await at.ground.sayProcessing(start.botId, start);
  const [last] = await eventually(heard.last, (facts) => facts.length > 0);
  expect(last).toMatchObject({ $case: 'transcriptFailed', value: { detail: expect.stringMatching(says) } });
  const transcript = await client.getTranscript({ transcriptId: start.transcriptId });
  expect(transcript).toMatchObject({ state: 'TRANSCRIPT_STATE_FAILED', failure: expect.stringMatching(says) });
  expect(transcript.failure).not.toContain('wrong');
});

it('keeps listening while PostgreSQL is away', async () => {
  const { port, pathname, username, password } = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isAway = false;
  let refused = 0;
  const proxy = createServer((socket) => {
    if (isAway) {
      refused++;
      return void socket.destroy();
    }
    const up = connect(Number(port), '127.0.0.1');
    for (const each of [socket, up]) {
      sockets.add(each);
      each.on('error', () => {}).on('close', () => sockets.delete(each));
    }
    socket.pipe(up).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = `postgres://${username}:${password}@127.0.0.1:${(proxy.address() as AddressInfo).port}${pathname}`;
  const { client, stop } = await at.ground.start({ config: { database: { url, pool: 4, schema: at.ground.schema } } });
  const start = startOf('deepgram_streaming');
  const stream = await talk(client, start);
  stream.say(turns[0]!);
  await stream.until((committed) => committed.size > 0);
  isAway = true;
  for (const socket of sockets) socket.destroy();
  const before = new Map(stream.committed);
  stream.say(turns.slice(1).flat());
  const finishing = stream.finish();
  await eventually(
    () => refused,
    (count) => count >= 8,
  );
  expect(stream.committed).toEqual(before);
  isAway = false;
  await finishing;
  expectWhole(await client.getTranscript({ transcriptId: start.transcriptId }));
  await stop();
  proxy.close();
});

it('erases every row of a bot', async () => {
  const { client } = await at.ground.start();
  const start = startOf('deepgram_streaming');
  const heard = at.ground.subscribeEphemeral(start.botId);
  const stream = await talk(client, start);
  stream.name('ada', 'Ada');
  stream.say(turns[0]!);
  await stream.finish();
  await at.ground.sayRecording(start.botId, 'ready');
  await at.ground.sayProcessing(start.botId, { ...start });
  await eventually(heard.last, (facts) => facts.length > 0);
  expect(await client.erase({ botId: start.botId, final: false })).toEqual({
    deletedObjects: 1,
    totalObjects: 1,
    unfinished: false,
  });
  expect(await client.erase({ botId: start.botId, final: false })).toEqual({
    deletedObjects: 0,
    totalObjects: 1,
    unfinished: false,
  });
  for (const table of ['transcripts', 'utterances', 'speakers', 'positions', 'visits']) {
    expect(await at.ground.database.knex(table).where({ bot_id: start.botId }), table).toEqual([]);
  }
  await expect(client.getTranscript({ transcriptId: start.transcriptId })).rejects.toMatchObject({ code: 'not-found' });
});

it('says of a transcript without words that no sound came, where that was said of the recording', async () => {
  const { client } = await at.ground.start();
  const start = startOf('deepgram_streaming');
  const heard = at.ground.subscribeEphemeral(start.botId);
  const stream = await talk(client, start);
  await stream.finish();
  await at.ground.sayRecording(start.botId, 'ready', 'no_audio_received');
  await at.ground.sayProcessing(start.botId, { ...start });
  await eventually(heard.last, (last) => last.length > 0);
  const { transcriptId } = start;
  expect(heard.last()).toEqual([
    { $case: 'transcriptReady', value: { transcriptId, words: 0, missedMs: 0, detail: 'no_audio_received' } },
  ]);
});
