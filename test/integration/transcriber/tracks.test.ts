import { randomUUID } from 'node:crypto';
import type { ReadSpeechResponse } from '@earshot/contract/media/v1/media.ts';
import { sentences, startSandbox, type Sandbox } from '@earshot/sandbox';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { wordErrorRate } from '../../harness/src/word-error-rate.ts';
import { startFakeMedia, type FakeMedia } from './fake-media.ts';
import { createGround, eventually, startBroker, type Ground } from './harness.ts';
import { turn, type Item } from './talker.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 });

const said = sentences.slice(0, 4).map(({ text }) => text);
/** Both speak at once, then each once more after a long silence. */
const starts = { ada: [1000, 60_000], ben: [2000, 120_000] } as const;
const names = { ada: 'Ada', ben: 'Ben' } as const;
const textOf = { ada: [said[0]!, said[1]!], ben: [said[2]!, said[3]!] } as const;

let sandbox: Sandbox;
let broker: Awaited<ReturnType<typeof startBroker>>;
let media: FakeMedia;
let ground: Ground;
let turns: Record<'ada' | 'ben', Item[][]>;
beforeAll(async () => {
  sandbox = await startSandbox();
  broker = await startBroker();
  const say = (who: 'ada' | 'ben') =>
    Promise.all(starts[who].map((atMs, index) => turn(who, atMs, textOf[who][index]!)));
  turns = { ada: await say('ada'), ben: await say('ben') };
  const chunks = [...turns.ada, ...turns.ben].flat().flatMap(({ request: { message } }): ReadSpeechResponse[] => {
    if (message?.$case !== 'speech') return [];
    const { trackId, atMs, pcm } = message.value;
    return [{ trackId, atMs, pcm }];
  });
  chunks.sort((a, b) => a.atMs - b.atMs);
  media = await startFakeMedia(Buffer.alloc(0), { chunks, owners: names });
});
afterAll(async () => {
  await media[Symbol.asyncDispose]();
  await broker[Symbol.asyncDispose]();
  await sandbox[Symbol.asyncDispose]();
});
beforeEach(async () => {
  sandbox.faults.clear();
  ground = await createGround({ sandbox, natsUrl: broker.natsUrl });
});
afterEach(() => ground[Symbol.asyncDispose]());

async function transcribed(engine: string) {
  const { client } = await ground.start({ config: { mediaAddress: media.address } });
  const [botId, transcriptId] = [randomUUID(), randomUUID()];
  const heard = ground.overhear(botId);
  await ground.sayRecording(botId, 'ready');
  await ground.sayProcessing(botId, { transcriptId, engine });
  const facts = await eventually(heard.last, (last) => last.length > 0);
  return { botId, facts, transcript: await client.getTranscript({ transcriptId }) };
}

it.each(['deepgram', 'assemblyai'])('%s hears each track alone, and every word is its owner’s', async (engine) => {
  const { transcript } = await transcribed(engine);
  expect(transcript).toMatchObject({ state: 'TRANSCRIPT_STATE_READY', rawJson: '' });
  for (const who of ['ada', 'ben'] as const) {
    const own = transcript.utterances.filter(({ trackId }) => trackId === who);
    expect(wordErrorRate(textOf[who].join(' '), own.map(({ text }) => text).join(' '))).toBeLessThanOrEqual(0.1);
    expect(new Set(own.map(({ speakerName }) => speakerName))).toEqual(new Set([names[who]]));
    for (const { words, startMs } of own) {
      const spoken = turns[who].filter((_, index) => starts[who][index]! <= startMs).at(-1)!;
      expect(words.at(-1)!.endMs - startMs).toBeLessThan(10_000);
      expect(words.at(-1)!.endMs).toBeLessThanOrEqual(spoken.at(-1)!.endMs + 20);
    }
  }
  const order = transcript.utterances.map(({ startMs }) => startMs);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

it('tries the whole again when one track failed, and says every word once', async () => {
  sandbox.faults.next({ vendor: 'deepgram', mode: 'batch', kind: 'server-error' });
  const { facts, transcript } = await transcribed('deepgram');
  const words = transcript.utterances.flatMap((utterance) => utterance.words);
  expect(facts).toMatchObject([{ $case: 'transcriptReady', value: { words: words.length } }]);
  const all = transcript.utterances.map(({ text }) => text).join(' ');
  expect(all.split(' ')).toHaveLength(said.join(' ').split(' ').length);
});
