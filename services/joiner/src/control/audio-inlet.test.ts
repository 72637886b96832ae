import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeVoice } from '../speech/fake-voice.fixture.ts';
import type { PcmFormat } from '../speech/pcm-stream.ts';
import { AudioInlet } from './audio-inlet.ts';

/** 440 Hz, as bytes. */
function sine({ sampleRate, channels }: PcmFormat, seconds = 1): Buffer {
  const pcm = new Int16Array(sampleRate * seconds * channels);
  for (let at = 0; at < pcm.length; at += 1) {
    const phase = (2 * Math.PI * 440 * Math.floor(at / channels)) / sampleRate;
    // Of two channels the mean is the tone.
    pcm[at] = Math.round(12_000 * Math.sin(phase)) + (channels === 2 ? (at % 2 === 0 ? 2000 : -2000) : 0);
  }
  return Buffer.from(pcm.buffer);
}

/** The tone's level over all that is none, dB, without the last samples that the resampler waits for. */
function snrDb(pcm: readonly number[]): number {
  let [signal, noise] = [0, 0];
  for (const [at, sample] of pcm.entries()) {
    if (at < 300 || at > pcm.length - 300) continue;
    const expected = 12_000 * Math.sin((2 * Math.PI * 440 * at) / 48_000);
    signal += expected ** 2;
    noise += (sample - expected) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

/** Whoever divides long work takes turns with all others of the process: none of them is left. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 1000; turn += 1) await setImmediate();
}

describe('AudioInlet', () => {
  let voice: FakeVoice;
  let refused: unknown[];
  let inlet: AudioInlet;
  const mono = { sampleRate: 16_000, channels: 1 };
  beforeEach(() => {
    voice = new FakeVoice();
    refused = [];
    inlet = new AudioInlet(voice, (error) => void refused.push(error));
  });

  afterEach(() => inlet.clear());

  it.each(
    [8000, 16_000, 24_000, 44_100, 48_000].flatMap((rate) => [1, 2].map((channels) => [rate, channels] as const)),
  )(
    'has a tone of %i Hz and %i channels whole across the borders of its chunks, of odd sizes too',
    async (sampleRate, channels) => {
      const bytes = sine({ sampleRate, channels });
      for (let at = 0, size = 1; at < bytes.length; at += size, size = ((size * 31) % 9973) + 1)
        inlet.push({ bytes: bytes.subarray(at, at + size), format: { sampleRate, channels } });
      await settled();
      expect(refused).toEqual([]);
      expect(voice.pcm.length).toBeGreaterThan(48_000 - 200);
      expect(voice.speechIds).toHaveLength(1);
      expect(snrDb(voice.pcm)).toBeGreaterThan(55);
    },
  );

  it('says a long chunk in parts, so that nobody waits for all of it', async () => {
    inlet.push({ bytes: sine(mono, 5), format: mono });
    await settled();
    expect(voice.said.length).toBeGreaterThan(15);
    expect(snrDb(voice.pcm)).toBeGreaterThan(55);
  });

  it('takes nothing of a chunk for which there is no room', async () => {
    voice.queuedMs = 59_500;
    expect(() => inlet.push({ bytes: sine(mono), format: mono })).toThrow('nothing of this chunk is said');
    await settled();
    expect(voice.said).toEqual([]);
    inlet.push({ bytes: sine(mono, 0.25), format: mono });
    await settled();
    expect(voice.pcm.length).toBeGreaterThan(11_000);
  });

  it('counts what waits here to what is queued there', () => {
    for (let second = 0; second < 60; second += 1) inlet.push({ bytes: sine(mono), format: mono });
    expect(() => inlet.push({ bytes: sine(mono, 0.1), format: mono })).toThrow('60 s');
  });

  it('goes on in another format without losing the end of the first', async () => {
    inlet.push({ bytes: sine(mono), format: mono });
    inlet.push({ bytes: sine({ sampleRate: 24_000, channels: 1 }), format: { sampleRate: 24_000, channels: 1 } });
    await settled();
    expect(voice.pcm.length).toBeGreaterThan(96_000 - 200);
    expect(voice.speechIds).toHaveLength(1);
  });

  it('drops what has not reached the voice', async () => {
    inlet.push({ bytes: sine(mono, 30), format: mono });
    while (voice.said.length === 0) await setImmediate();
    inlet.clear();
    await settled();
    expect(voice.pcm.length).toBeLessThan(10 * 48_000);
    inlet.push({ bytes: sine(mono, 0.5), format: mono });
    await settled();
    expect(voice.said.at(-1)?.speechId).not.toBe(voice.said[0]?.speechId);
  });

  it.each(['interrupted', 'muted', 'completed'] as const)(
    'begins a new speech when the last one is %s',
    async (outcome) => {
      inlet.push({ bytes: sine(mono), format: mono });
      await settled();
      voice.end(voice.said[0]?.speechId ?? '', outcome);
      inlet.push({ bytes: sine(mono), format: mono });
      await settled();
      expect(voice.speechIds).toHaveLength(2);
    },
  );

  it('goes on with a speech when something else is over', async () => {
    inlet.push({ bytes: sine(mono), format: mono });
    await settled();
    voice.end('another');
    inlet.push({ bytes: sine(mono), format: mono });
    await settled();
    expect(voice.speechIds).toHaveLength(1);
  });

  it('reports what the voice refuses', async () => {
    inlet.push({ bytes: sine(mono, 2), format: mono });
    voice.queuedMs = 59_999;
    await settled();
    expect(refused).toMatchObject([{ code: 'resource-exhausted' }]);
  });
});
