/** What the last byte of a superframe begins with, and how many of its bits say what. VP9 bitstream specification, Annex B. */
const [MARK, MARK_MASK, COUNT_MASK, SIZE_SHIFT] = [0xc0, 0xe0, 0x07, 3];

/** Whether a frame of VP9 is made of several: in meetings, of one for each spatial layer. */
export function hasLayers(payload: Uint8Array): boolean {
  const last = payload.at(-1) ?? 0;
  if ((last & MARK_MASK) !== MARK) return false;
  const count = (last & COUNT_MASK) + 1;
  const sizeBytes = ((last >> SIZE_SHIFT) & 0x03) + 1;
  const indexBytes = 2 + sizeBytes * count;
  return count > 1 && payload.length > indexBytes && payload[payload.length - indexBytes] === last;
}
