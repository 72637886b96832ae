import { AppError } from '@earshot/kernel';

/** Of RFC 3533, 6. */
const HEADER_BYTES = 27;
const CAPTURE = 0x5367_674f; // "OggS", little endian
const CONTINUED = 1;
const LAST_PACKET_LACING = 255;

/** A packet of one logical stream of an Ogg file. */
export interface OggPacket {
  readonly serial: number;
  readonly bytes: Uint8Array;
  /** Set with the last packet that ends on its page: the stream's position there; -1 where the page has none. */
  readonly granule?: bigint;
}

/**
 * The packets of a file, in order, of all its streams (RFC 3533). One that is cut short has those before the cut. Throws
 * `invalid-argument` for what is no Ogg file, and for a page that is damaged.
 */
export function* oggPackets(file: Uint8Array): Generator<OggPacket> {
  const begun = new Map<number, Uint8Array[]>();
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 0; at < file.length;) {
    if (at + HEADER_BYTES > file.length) return;
    if (view.getUint32(at, true) !== CAPTURE || view.getUint8(at + 4) !== 0)
      throw new AppError('invalid-argument', at === 0 ? 'not an ogg file' : 'ogg page damaged');
    const segments = view.getUint8(at + 26);
    const lacing = file.subarray(at + HEADER_BYTES, at + HEADER_BYTES + segments);
    const body = at + HEADER_BYTES + segments;
    const end = body + lacing.reduce((sum, value) => sum + value, 0);
    if (lacing.length < segments || end > file.length) return;
    if (checksum(file.subarray(at, end)) !== view.getUint32(at + 22, true))
      throw new AppError('invalid-argument', 'ogg page damaged');
    const serial = view.getUint32(at + 14, true);
    // What an earlier page has begun and this one does not go on with is lost.
    let parts = view.getUint8(at + 5) & CONTINUED ? begun.get(serial) : [];
    const lastWhole = lacing.findLastIndex((value) => value < LAST_PACKET_LACING);
    let from = body;
    for (const [index, size] of lacing.entries()) {
      parts?.push(file.subarray(from, from + size));
      from += size;
      if (size === LAST_PACKET_LACING) continue;
      const granule = index === lastWhole ? { granule: view.getBigInt64(at + 6, true) } : {};
      if (parts) yield { serial, bytes: joined(parts), ...granule };
      parts = [];
    }
    begun.set(serial, parts ?? []);
    at = end;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}

/** Of 0x04c11db7, not reflected, the field itself taken for zero (RFC 3533, 6). */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x8000_0000 ? (value << 1) ^ 0x04c1_1db7 : value << 1;
  return value;
});

function checksum(page: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < page.length; at++) {
    const byte = at >= 22 && at < 26 ? 0 : (page[at] as number);
    sum = (sum << 8) ^ (table[((sum >>> 24) ^ byte) & 0xff] as number);
  }
  return sum >>> 0;
}
