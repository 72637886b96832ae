import { sentences, startSandbox, type Sandbox } from '@earshot/sandbox';
import { systemClock } from '@earshot/service';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createEngines, type Engines } from '../../../services/transcriber/src/engines/engines.ts';
import { wordErrorRate } from '../../harness/src/word-error-rate.ts';
import { silence, speak } from '../sandbox/speech.ts';
import { listen, plainWords, timeDifferences, trust, vendorKeys, vendorSettings } from './fixture.ts';

// Recognising takes its share of a core, which others may want too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 30_000 });

let sandbox: Sandbox;
let engines: Engines;
const spoken = sentences.slice(0, 3);

beforeAll(async () => {
  sandbox = await startSandbox();
  trust(sandbox);
  engines = createEngines({
    ...{ apiKeys: vendorKeys(sandbox), settings: vendorSettings(sandbox) },
    clock: systemClock,
  });
});
afterAll(() => sandbox[Symbol.asyncDispose]());

it.each(['deepgram', 'assemblyai'])('%s hears a recording', async (name) => {
  for (const { text } of name === 'deepgram' ? spoken : spoken.slice(0, 2)) {
    const { wav, pcm } = await speak(text);
    const { signal } = new AbortController();
    const transcript = await engines.batch(name).transcribe({ wav, engineOptions: {}, signal });
    expect(wordErrorRate(text, transcript.text)).toBeLessThanOrEqual(0.2);
    expect(transcript.utterances[0]).toMatchObject({ speaker: 0 });
    expect(transcript.utterances.flatMap((utterance) => utterance.words)).toEqual(transcript.words);
    const differences = timeDifferences(transcript.words, await plainWords(pcm));
    expect(differences.length).toBeGreaterThan(8);
    expect(Math.max(...differences)).toBeLessThanOrEqual(150);
  }
});

it.each(['deepgram_streaming', 'assemblyai_streaming'])('%s hears turns whose silence was cut out', async (name) => {
  const listening = await listen(engines.streaming(name));
  let sentMs = 0;
  for (const { text } of spoken) {
    const { pcm } = await speak(text);
    listening.say(pcm);
    listening.session.finalize();
    const final = await listening.nextFinal();
    expect(wordErrorRate(text, final.text)).toBeLessThanOrEqual(0.2);
    expect(final.isEndOfSpeech).toBe(true);
    const inTurn = final.words.map((word) => ({ ...word, startMs: word.startMs - sentMs, endMs: word.endMs - sentMs }));
    const differences = timeDifferences(inTurn, await plainWords(pcm));
    expect(differences.length).toBeGreaterThan(8);
    expect(Math.max(...differences)).toBeLessThanOrEqual(150);
    sentMs += pcm.length / 16;
  }
  expect(await listening.session.close()).toEqual({ kind: 'closed' });
  expect(listening.finals).toHaveLength(spoken.length);
});

it.each(['deepgram_streaming', 'assemblyai_streaming'])(
  '%s tells partials, ends turns at pauses, and all the rest on close',
  async (name) => {
    const listening = await listen(engines.streaming(name));
    const [first, second] = [spoken[0]!.text, spoken[1]!.text];
    const { pcm } = await speak(first);
    // More than the recogniser waits for, and not the whole: the partial comes while the turn is open.
    listening.say(pcm.slice(0, 32_000));
    await vi.waitUntil(() => listening.partials.length > 0, { timeout: 20_000 });
    listening.say(pcm.slice(32_000));
    listening.say(silence(1200));
    expect(await listening.nextFinal()).toMatchObject({ isEndOfSpeech: true });
    listening.say((await speak(second)).pcm);
    expect(await listening.session.close()).toEqual({ kind: 'closed' });
    expect(await listening.session.closed).toEqual({ kind: 'closed' });
    expect(wordErrorRate(`${first} ${second}`, listening.finals.map(({ text }) => text).join(' '))).toBeLessThanOrEqual(
      0.2,
    );
    const starts = listening.finals.flatMap((final) => final.words.map((word) => word.startMs));
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  },
);

it('gives formatted turns once', async () => {
  const listening = await listen(engines.streaming('assemblyai_streaming'), { format_turns: true });
  listening.say((await speak(spoken[1]!.text)).pcm);
  listening.session.finalize();
  const final = await listening.nextFinal();
  expect(final.text).toMatch(/^Can you .*\.$/);
  expect(final.words.at(-1)).toMatchObject({ text: 'week', punctuated: 'week.' });
  await listening.session.close();
  expect(listening.finals).toHaveLength(1);
});

it('asks the vendors for what the options say', async () => {
  const deepgram = await listen(engines.streaming('deepgram_streaming'), { language: 'en-GB', endpointing: 500 });
  await deepgram.session.close();
  expect(sandbox.requests.at(-1)).toMatchObject({
    ...{ mode: 'streaming', path: '/v1/listen', isAuthorised: true },
    query: {
      language: 'en-GB',
      endpointing: '500',
      model: 'nova-2',
      vad_events: 'true',
      interim_results: 'true',
      sample_rate: '16000',
    },
  });
  const assemblyai = await listen(engines.streaming('assemblyai_streaming'), { max_turn_silence: '900' });
  await assemblyai.session.close();
  expect(sandbox.requests.at(-1)).toMatchObject({
    ...{ path: '/v3/ws', isAuthorised: true },
    query: {
      max_turn_silence: '900',
      min_turn_silence: '400',
      speech_model: 'universal-streaming-english',
      vad_threshold: '0.4',
    },
  });
  const { wav } = await speak('yes');
  const { signal } = new AbortController();
  await engines.batch('deepgram').transcribe({ wav, engineOptions: { keywords: ['earshot'] }, signal });
  expect(sandbox.requests.at(-1)).toMatchObject({ query: { keyterm: 'earshot', model: 'nova-3', diarize: 'true' } });
});
