import { describe, expect, it } from 'vitest';
import { rmsDb } from './levels.ts';
import { opusPacketSamples } from './opus-packet.ts';
import { monoSinePackets, stereoSinePackets } from './opus-samples.fixture.ts';
import { OpusTrackDecoder } from './opus-track-decoder.ts';

const sineDb = 20 * Math.log10(12000 / 32768 / Math.SQRT2);

describe('OpusTrackDecoder', () => {
  it('decodes mono packets to 48 kHz samples at their level', async () => {
    using decoder = await OpusTrackDecoder.create();
    const decoded = monoSinePackets.map((packet) => decoder.decode(packet));
    expect(decoded.map((pcm) => pcm.length)).toEqual(monoSinePackets.map(() => 960));
    expect(Math.abs(rmsDb(decoded.at(-1) ?? new Int16Array()) - sineDb)).toBeLessThan(1.5);
    expect(decoder.corruptPackets).toBe(0);
  });

  it('mixes stereo packets down to mono', async () => {
    using decoder = await OpusTrackDecoder.create();
    const decoded = stereoSinePackets.map((packet) => decoder.decode(packet));
    expect(decoded.map((pcm) => pcm.length)).toEqual(stereoSinePackets.map(() => 960));
    expect(Math.abs(rmsDb(decoded.at(-1) ?? new Int16Array()) - (sineDb - 6))).toBeLessThan(1.5);
  });

  it('counts corrupt packets, gives nothing for them and goes on', async () => {
    using decoder = await OpusTrackDecoder.create();
    const corrupt = [[], [0x7b], [0x79, 1], [0xff, 0x00], [0xff, 0x3f, 1], new Array<number>(20_000).fill(0x78)];
    for (const bytes of corrupt) expect(decoder.decode(Uint8Array.from(bytes))).toHaveLength(0);
    expect(decoder.corruptPackets).toBe(corrupt.length);
    expect(decoder.decode(monoSinePackets[0] ?? new Uint8Array())).toHaveLength(960);
  });

  it('survives any bytes', async () => {
    using decoder = await OpusTrackDecoder.create();
    let seed = 1;
    const next = (): number => (seed = (seed * 48271) % 2147483647);
    for (let round = 0; round < 2000; round++) {
      const bytes = Uint8Array.from({ length: next() % 300 }, () => next() & 255);
      expect(decoder.decode(bytes).length).toBe(opusPacketSamples(bytes));
    }
    expect(decoder.corruptPackets).toBeGreaterThan(100);
  });

  it('may be freed twice and decodes nothing afterwards', async () => {
    const decoder = await OpusTrackDecoder.create();
    decoder.free();
    decoder.free();
    expect(decoder.decode(monoSinePackets[0] ?? new Uint8Array())).toHaveLength(0);
  });
});
