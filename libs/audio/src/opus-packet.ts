/** Microseconds of one frame for each of the 32 configurations of the TOC byte (RFC 6716, 3.1, table 2). */
const frameUs: readonly number[] = [
  ...[10_000, 20_000, 40_000, 60_000, 10_000, 20_000, 40_000, 60_000, 10_000, 20_000, 40_000, 60_000],
  ...[10_000, 20_000, 10_000, 20_000],
  ...[2500, 5000, 10_000, 20_000, 2500, 5000, 10_000, 20_000, 2500, 5000, 10_000, 20_000, 2500, 5000, 10_000, 20_000],
];

/** An Opus packet holds at most 120 ms of audio (RFC 6716, 3.2.5, R5). */
const maxPacketUs = 120_000;

/**
 * Samples at 48 kHz that a packet holds, by its framing alone, or 0 when the framing breaks the
 * rules R1-R7 of RFC 6716, 3.4: what libopus would refuse as corrupt.
 */
export function opusPacketSamples(packet: Uint8Array): number {
  const toc = packet[0];
  if (toc === undefined) return 0;
  const frames = frameCount(packet, toc & 3);
  const lengthUs = frames * (frameUs[toc >> 3] ?? 0);
  return lengthUs > maxPacketUs ? 0 : (lengthUs * 48) / 1000;
}

/** A frame is at most 1275 bytes (RFC 6716, 3.4, R2). */
const maxFrameBytes = 1275;

function frameCount(packet: Uint8Array, code: number): number {
  const bytes = packet.length - 1;
  if (code === 0) return bytes <= maxFrameBytes ? 1 : 0;
  if (code === 1) return bytes % 2 === 0 && bytes / 2 <= maxFrameBytes ? 2 : 0;
  if (code === 2) {
    const first = frameLength(packet, 1);
    if (!first) return 0;
    const second = packet.length - first.next - first.length;
    return second >= 0 && second <= maxFrameBytes ? 2 : 0;
  }
  return manyFrames(packet);
}

function frameLength(packet: Uint8Array, at: number): { length: number; next: number } | undefined {
  const first = packet[at];
  if (first === undefined) return undefined;
  if (first < 252) return { length: first, next: at + 1 };
  const second = packet[at + 1];
  return second === undefined ? undefined : { length: second * 4 + first, next: at + 2 };
}

function manyFrames(packet: Uint8Array): number {
  const header = packet[1];
  if (header === undefined) return 0;
  const frames = header & 0x3f;
  if (frames === 0) return 0;
  let next = 2;
  let padding = 0;
  if (header & 0x40) {
    for (let more = true; more;) {
      const byte = packet[next++];
      if (byte === undefined) return 0;
      padding += byte === 255 ? 254 : byte;
      more = byte === 255;
    }
  }
  const isVbr = (header & 0x80) !== 0;
  let listed = 0;
  for (let frame = 1; isVbr && frame < frames; frame++) {
    const length = frameLength(packet, next);
    if (!length) return 0;
    listed += length.length;
    next = length.next;
  }
  const rest = packet.length - next - padding - listed;
  if (rest < 0) return 0;
  if (isVbr) return rest <= maxFrameBytes ? frames : 0;
  return rest % frames === 0 && rest / frames <= maxFrameBytes ? frames : 0;
}
