/** More than come while a packet may still be sent again. */
const REMEMBERED = 256;

/**
 * Which frames of a track have come before. Senders fill what they try a network with, at the beginning above all, by packets that they
 * sent already (WebRTC's RTX padding), and of a frame that fits into one packet the receiver then makes a whole frame again.
 */
export class RecentFrames {
  readonly #keys = new Set<string>();

  /** Whether the same one came a short while ago; from here on it has. */
  isRepeated({ rtpTimestamp, payload }: { readonly rtpTimestamp: number; readonly payload: Uint8Array }): boolean {
    const key = `${rtpTimestamp} ${payload.byteLength} ${sumOf(payload)}`;
    if (this.#keys.has(key)) return true;
    this.#keys.add(key);
    for (const oldest of this.#keys) {
      if (this.#keys.size <= REMEMBERED) break;
      this.#keys.delete(oldest);
    }
    return false;
  }
}

/** FNV-1a, 32 bits: layers of one picture have its time and may have one length. */
function sumOf(bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
  return sum >>> 0;
}
