import { describe, expect, it } from 'vitest';
import { decodePackets, encodePackets, type TrackPacket } from './track-packets.ts';

const packets: TrackPacket[] = [
  { trackId: 'trâck', at: -12, codec: 'opus', level: 255, payload: Buffer.from([1, 2, 3]) },
  { trackId: 'b', at: 2 ** 40, codec: 'pcm', level: 0, payload: Buffer.alloc(0) },
];

describe('track packets', () => {
  it('come out as they went in', () => {
    expect(decodePackets(encodePackets(packets))).toEqual(packets);
    expect(decodePackets(encodePackets([]))).toEqual([]);
  });

  it('are refused when they end in the middle', () => {
    const bytes = encodePackets(packets.slice(0, 1));
    expect(() => decodePackets(bytes.subarray(0, -1))).toThrow(RangeError);
    expect(() => decodePackets(bytes.subarray(0, 5))).toThrow(RangeError);
  });
});
