import { describe, expect, it } from 'vitest';
import { rmsDb } from './levels.ts';
import { opusPacketSamples } from './opus-packet.ts';
import { OpusTrackDecoder } from './opus-track-decoder.ts';
import { OpusTrackEncoder } from './opus-track-encoder.ts';

const sine = Int16Array.from({ length: 48_000 }, (_, at) =>
  Math.round(9000 * Math.sin((2 * Math.PI * 440 * at) / 48_000)),
);

describe('OpusTrackEncoder', () => {
  it('makes packets of 20 ms of pieces of any length, which decode to what was given', async () => {
    using encoder = await OpusTrackEncoder.create({ bitRate: 32_000 });
    using decoder = await OpusTrackDecoder.create();
    const packets: Uint8Array[] = [];
    for (let at = 0, length = 1; at < sine.length; at += length, length = (length * 7) % 1999)
      packets.push(...encoder.encode(sine.subarray(at, at + length)));
    packets.push(...encoder.flush());
    expect(packets.map(opusPacketSamples)).toEqual(Array.from({ length: 50 }, () => 960));
    const decoded = packets.flatMap((packet) => [...decoder.decode(packet)]);
    expect(decoder.corruptPackets).toBe(0);
    expect(Math.abs(rmsDb(Int16Array.from(decoded.slice(9600))) - rmsDb(sine))).toBeLessThan(0.5);
    const bits = packets.reduce((sum, { length }) => sum + length * 8, 0);
    expect(bits).toBeGreaterThan(20_000);
    expect(bits).toBeLessThan(40_000);
  });

  it('fills the last packet with silence, and makes none of nothing', async () => {
    using encoder = await OpusTrackEncoder.create({ bitRate: 32_000 });
    expect(encoder.flush()).toEqual([]);
    expect(encoder.encode(sine.subarray(0, 1000))).toHaveLength(1);
    expect(encoder.flush().map(opusPacketSamples)).toEqual([960]);
    expect(encoder.flush()).toEqual([]);
    encoder.free();
  });
});
