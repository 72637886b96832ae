import { randomUUID } from 'node:crypto';
import type { ReadSpeechResponse } from '@earshot/contract/media/v1/media.ts';
import { sentences } from '@earshot/sandbox';
import { expect, it, vi } from 'vitest';
import { wavHeader } from '@earshot/audio';
import { silence, speak } from '../sandbox/speech.ts';
import { wordErrorRate } from '../../harness/src/word-error-rate.ts';
import { startFakeMedia } from './fake-media.ts';
import { eventually } from './fixture.ts';
import { setUpGround } from './transcriber-fixture.ts';
import { turn, type Item } from './talker.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 30_000 });

const said = sentences.slice(0, 4).map(({ text }) => text);
/** Both speak at once, then each once more after a long silence. */
const starts = { ada: [1000, 60_000], ben: [2000, 120_000] } as const;
const names = { ada: 'Ada', ben: 'Ben' } as const;
const textOf = { ada: [said[0]!, said[1]!], ben: [said[2]!, said[3]!] } as const;

let turns: Record<'ada' | 'ben', Item[][]>;
const at = setUpGround(async () => {
  const say = (who: 'ada' | 'ben') =>
    Promise.all(starts[who].map((atMs, index) => turn(who, atMs, textOf[who][index]!)));
  turns = { ada: await say('ada'), ben: await say('ben') };
  const chunks = [...turns.ada, ...turns.ben].flat().flatMap(({ request: { message } }): ReadSpeechResponse[] => {
    if (message?.$case !== 'speech') return [];
    const { trackId, atMs, pcm } = message.value;
    return [{ trackId, atMs, pcm }];
  });
  chunks.sort((a, b) => a.atMs - b.atMs);
  return startFakeMedia(Buffer.alloc(0), { chunks, owners: names });
});

async function transcribed(engine: string, mediaAddress = at.media.address) {
  const { client } = await at.ground.start({ config: { mediaAddress } });
  const [botId, transcriptId] = [randomUUID(), randomUUID()];
  const heard = at.ground.subscribeEphemeral(botId);
  await at.ground.sayRecording(botId, 'ready');
  await at.ground.sayProcessing(botId, { transcriptId, engine });
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
  at.sandbox.faults.next({ vendor: 'deepgram', mode: 'batch', kind: 'server-error' });
  const { facts, transcript } = await transcribed('deepgram');
  const words = transcript.utterances.flatMap((utterance) => utterance.words);
  expect(facts).toMatchObject([{ $case: 'transcriptReady', value: { words: words.length } }]);
  const all = transcript.utterances.map(({ text }) => text).join(' ');
  expect(all.split(' ')).toHaveLength(said.join(' ').split(' ').length);
});

it.each(['deepgram', 'openai_compatible'])(
  '%s hears one mix, and its words are whose mark there was',
  async (engine) => {
    const spoken = await Promise.all(said.slice(0, 2).map((text) => speak(text)));
    const pcm = spoken.flatMap(({ pcm: samples }) => [...samples, ...silence(1000)]);
    const firstMs = spoken[0]!.pcm.length / 16;
    const bytes = Buffer.from(Int16Array.from(pcm).buffer);
    const wav = Buffer.concat([wavHeader({ sampleRate: 16_000, channels: 1, bytes: bytes.length }), bytes]);
    // Late by a slice, as marks are.
    const intervals = [
      { participantId: 'p1', fromMs: 250, toMs: firstMs + 250 },
      { participantId: 'p2', fromMs: firstMs + 1250, toMs: pcm.length / 16 },
    ];
    const marks = { intervals, names: { p1: 'Ada', p2: 'Ben', p3: 'Cy' } };
    await using mixed = await startFakeMedia(wav, undefined, marks);
    const { transcript } = await transcribed(engine, mixed.address);
    expect(transcript.rawJson).not.toBe('');
    const of = (name: string) => transcript.utterances.filter(({ speakerName }) => speakerName === name);
    for (const [index, name] of ['Ada', 'Ben'].entries()) {
      expect(
        wordErrorRate(
          said[index]!,
          of(name)
            .map(({ text }) => text)
            .join(' '),
        ),
      ).toBeLessThanOrEqual(0.1);
      expect(of(name)[0]?.participantId).toBe(`p${index + 1}`);
    }
    expect(transcript.utterances).toHaveLength(of('Ada').length + of('Ben').length);
  },
);
