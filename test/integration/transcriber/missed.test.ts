import type { ReadSpeechResponse } from '@earshot/contract/media/v1/media.ts';
import { MINUTE } from '@earshot/kernel';
import { sentences } from '@earshot/sandbox';
import { systemClock } from '@earshot/service';
import { expect, it, vi } from 'vitest';
import { wordErrorRate } from '../../harness/src/word-error-rate.ts';
import { startFakeMedia } from './fake-media.ts';
import { eventually } from './fixture.ts';
import { setUpGround } from './transcriber-fixture.ts';
import { startOf, talk, turn, type Item } from './talker.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 });

const said = sentences.slice(0, 3).map(({ text }) => text);
/** Ada speaks three times; the recording has all of it. */
let turns: Item[][];

const at = setUpGround(async () => {
  turns = await Promise.all(said.map((text, index) => turn('ada', 1000 + index * 10_000, text)));
  const chunks = turns.flat().flatMap(({ request: { message } }): ReadSpeechResponse[] => {
    if (message?.$case !== 'speech') return [];
    const { trackId, atMs, pcm } = message.value;
    return [{ trackId, atMs, pcm }];
  });
  return startFakeMedia(Buffer.alloc(0), { chunks, owners: { ada: 'Ada' } });
});

/** A meeting of which the second utterance did not get here. */
async function meetWithGap(engine: string, config: object = {}) {
  const { client } = await at.ground.start({ config: { mediaAddress: at.media.address, ...config } });
  const start = startOf(engine);
  const heard = at.ground.subscribeEphemeral(start.botId);
  const stream = await talk(client, start);
  const [first, second, third] = turns as [Item[], Item[], Item[]];
  const gap = { trackId: 'ada', startMs: 11_000, endMs: second.at(-1)!.endMs };
  stream.say(first);
  stream.miss(gap);
  stream.say(third);
  await stream.finish();
  await at.ground.sayProcessing(start.botId, { ...start });
  await at.ground.sayRecording(start.botId, 'ready');
  await eventually(heard.last, (last) => last.length > 0);
  return { heard, gap, transcript: await client.getTranscript({ transcriptId: start.transcriptId }) };
}

it.each(['deepgram_streaming', 'assemblyai_streaming'])(
  '%s: what was missed live is had from the recording',
  async (engine) => {
    const { heard: told, gap, transcript } = await meetWithGap(engine);
    const all = transcript.utterances.map(({ text }) => text).join(' ');
    expect(wordErrorRate(said.join(' '), all), all).toBeLessThanOrEqual(0.15);
    expect(transcript.missed).toEqual([]);
    // Only what was missed is read again.
    const [read, heard] = transcript.usage;
    expect([read?.engine, heard?.engine]).toEqual([engine.replace('_streaming', ''), engine]);
    expect(read?.audioMs).toBeCloseTo(gap.endMs - gap.startMs, -2);
    const words = transcript.utterances.reduce((sum, utterance) => sum + utterance.words.length, 0);
    expect(told.last()).toMatchObject([{ $case: 'transcriptReady', value: { words, missedMs: 0, detail: '' } }]);
    expect(told.kinds().filter((kind) => kind === 'liveTrouble')).toHaveLength(1);
    const starts = transcript.utterances.map(({ startMs }) => startMs);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(new Set(transcript.utterances.map(({ utteranceId }) => utteranceId)).size).toBe(starts.length);
  },
);

it('says how much is missing, and why, when the recording does not help', async () => {
  at.sandbox.faults.next({ vendor: 'deepgram', mode: 'batch', kind: 'bad-key' });
  const { heard, gap, transcript } = await meetWithGap('deepgram_streaming');
  expect(transcript).toMatchObject({ state: 'TRANSCRIPT_STATE_READY', missed: [gap] });
  const all = transcript.utterances.map(({ text }) => text).join(' ');
  expect(wordErrorRate(`${said[0]} ${said[2]}`, all), all).toBeLessThanOrEqual(0.15);
  expect(heard.last().at(-1)).toMatchObject({
    $case: 'transcriptReady',
    value: { missedMs: gap.endMs - gap.startMs, detail: 'the speech provider refused the key: Invalid credentials.' },
  });
});

it('asks another provider for it when the first one fails', async () => {
  at.sandbox.faults.next({ vendor: 'deepgram', mode: 'batch', kind: 'bad-key' });
  const { heard, transcript } = await meetWithGap('deepgram_streaming', { failover: { deepgram: 'assemblyai' } });
  const all = transcript.utterances.map(({ text }) => text).join(' ');
  expect(wordErrorRate(said.join(' '), all), all).toBeLessThanOrEqual(0.15);
  expect(heard.last().at(-1)).toMatchObject({ $case: 'transcriptReady', value: { missedMs: 0 } });
});

it('has the rest from the recording when the stream does not come back, which writes no more then', async () => {
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + aheadMs };
  const { client } = await at.ground.start({ config: { mediaAddress: at.media.address }, clock });
  const start = startOf('deepgram_streaming');
  const heard = at.ground.subscribeEphemeral(start.botId);
  const stream = await talk(client, start);
  stream.say(turns[0]!);
  await stream.until((committed) => committed.get('ada') === turns[0]!.at(-1)!.endMs);
  await stream.hangUp();
  await at.ground.sayProcessing(start.botId, { ...start });
  await at.ground.sayRecording(start.botId, 'ready');
  const heardOf = () => at.ground.database.knex('visits').where({ bot_id: start.botId }).first();
  await eventually(heardOf, (visit) => visit?.over_at && visit.recorded_at);
  aheadMs = MINUTE;
  await eventually(heard.last, (last) => last.length > 0);
  const late = await talk(client, start);
  late.say(turns.flat());
  await late.finish();
  const transcript = await client.getTranscript({ transcriptId: start.transcriptId });
  const all = transcript.utterances.map(({ text }) => text).join(' ');
  expect(wordErrorRate(said.join(' '), all), all).toBeLessThanOrEqual(0.15);
  const words = transcript.utterances.reduce((sum, utterance) => sum + utterance.words.length, 0);
  expect(heard.last()).toMatchObject([{ $case: 'transcriptReady', value: { words, missedMs: 0 } }]);
});
