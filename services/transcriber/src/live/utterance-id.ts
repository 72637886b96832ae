import { createHash } from 'node:crypto';

/**
 * The id of a track's n-th utterance: always the same, so that its partials and its final have one id, and storing it
 * again stores nothing. A UUID of version 8, RFC 9562 section 5.8.
 */
export function utteranceId(transcriptId: string, trackId: string, number: number): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([transcriptId, trackId, number]))
    .digest();
  hash[6] = (hash.readUInt8(6) & 0x0f) | 0x80;
  hash[8] = (hash.readUInt8(8) & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
