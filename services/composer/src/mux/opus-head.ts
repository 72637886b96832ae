/** Samples at 48 kHz that a decoder drops at the beginning: none, since a packet of a meeting continues what nobody has. */
const PRE_SKIP = 0;

/** The identification header of Opus: https://www.rfc-editor.org/rfc/rfc7845#section-5.1 */
export function opusHead(channels: number): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(19);
  const view = new DataView(head.buffer);
  head.set(new TextEncoder().encode('OpusHead'));
  head[8] = 1;
  head[9] = channels;
  view.setUint16(10, PRE_SKIP, true);
  view.setUint32(12, 48_000, true);
  return head;
}
