import type { Frame } from './sequenced-batch.ts';

/** A packet of one track, and where its first sample lies on the timeline. */
export interface TrackPacket extends Pick<Frame, 'trackId' | 'codec' | 'payload' | 'level'> {
  readonly at: number;
}

const codecs = ['opus', 'pcm'] as const;
/** Lengths of the track's id and of the payload, codec, level, and the sample as a double. */
const HEAD_BYTES = 2 + 4 + 1 + 1 + 8;

/** Packets one behind the other: header, the track's id, payload. Numbers are big endian. */
export function encodePackets(packets: readonly TrackPacket[]): Buffer {
  return Buffer.concat(
    packets.flatMap(({ trackId, at, codec, level, payload }) => {
      const id = Buffer.from(trackId);
      const head = Buffer.alloc(HEAD_BYTES);
      head.writeUInt16BE(id.length, 0);
      head.writeUInt32BE(payload.length, 2);
      head.writeUInt8(codecs.indexOf(codec), 6);
      head.writeUInt8(level, 7);
      head.writeDoubleBE(at, 8);
      return [head, id, payload];
    }),
  );
}

/** Throws a RangeError for bytes that are not whole packets. */
export function decodePackets(bytes: Buffer): TrackPacket[] {
  const packets: TrackPacket[] = [];
  for (let at = 0; at < bytes.length;) {
    const idEnd = at + HEAD_BYTES + bytes.readUInt16BE(at);
    const end = idEnd + bytes.readUInt32BE(at + 2);
    if (end > bytes.length) throw new RangeError('packets end in the middle');
    packets.push({
      trackId: bytes.toString('utf8', at + HEAD_BYTES, idEnd),
      codec: codecs[bytes.readUInt8(at + 6)] ?? 'opus',
      level: bytes.readUInt8(at + 7),
      at: bytes.readDoubleBE(at + 8),
      payload: bytes.subarray(idEnd, end),
    });
    at = end;
  }
  return packets;
}
