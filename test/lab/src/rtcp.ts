/** What receivers asked senders for. */
export interface Requests {
  /** Keyframes: PLI and FIR. */
  readonly keyframes: number;
  /** Packets once more: NACK. */
  readonly retransmissions: number;
}

export const BYTES_PER_WORD = 4;
const SENDER_REPORT = 200;
const [TRANSPORT_FEEDBACK, PAYLOAD_FEEDBACK] = [205, 206];
const [NACK, PLI, FIR, APPLICATION_LAYER] = [1, 1, 4, 15];

/** RTP and RTCP come by one port and differ in their second byte (RFC 5761 §4). */
export function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return type >= 192 && type <= 223;
}

/** What a compound RTCP packet asks for (RFC 4585 §6, RFC 5104 §4.3.1). */
export function requestsIn(packet: Buffer): Requests {
  let [keyframes, retransmissions] = [0, 0];
  for (const each of packetsIn(packet)) {
    const [format, type] = [each.readUInt8(0) & 0x1f, each.readUInt8(1)];
    if (type === PAYLOAD_FEEDBACK && (format === PLI || format === FIR)) keyframes += 1;
    if (type === TRANSPORT_FEEDBACK && format === NACK) retransmissions += 1;
  }
  return { keyframes, retransmissions };
}

/** What a compound is made of (RFC 3550 §6.1); the last one is as long as there is something of it. */
export function* packetsIn(compound: Buffer): Generator<Buffer> {
  for (let at = 0; at + BYTES_PER_WORD <= compound.length;) {
    const end = at + (compound.readUInt16BE(at + 2) + 1) * BYTES_PER_WORD;
    yield compound.subarray(at, end);
    at = end;
  }
}

/** The compound without a receiver's estimate of its bandwidth (REMB), which Chromium sends although nobody has offered to read it. */
export function withoutEstimate(compound: Buffer): Buffer {
  const isEstimate = (packet: Buffer) =>
    packet.readUInt8(1) === PAYLOAD_FEEDBACK && (packet.readUInt8(0) & 0x1f) === APPLICATION_LAYER;
  return Buffer.concat([...packetsIn(compound)].filter((packet) => !isEstimate(packet)));
}

/** What binds a sender's timestamps to the time of day (RFC 3550 §6.4.1). */
export interface SenderReport {
  readonly ssrc: number;
  readonly ntpMs: number;
  readonly timestamp: number;
}

/** Undefined for any other packet. */
export function senderReport(packet: Buffer): SenderReport | undefined {
  if (packet.readUInt8(1) !== SENDER_REPORT || packet.length < 20) return undefined;
  const ntpMs = (packet.readUInt32BE(8) + packet.readUInt32BE(12) / 2 ** 32) * 1000;
  return { ssrc: packet.readUInt32BE(4), ntpMs, timestamp: packet.readUInt32BE(16) };
}

/** Asks the sender of a video for a keyframe (RFC 4585 §6.3.1). */
export function pictureLossIndication(mediaSsrc: number): Buffer {
  const packet = Buffer.alloc(3 * BYTES_PER_WORD);
  packet.writeUInt8(0x80 | PLI, 0);
  packet.writeUInt8(PAYLOAD_FEEDBACK, 1);
  packet.writeUInt16BE(packet.length / BYTES_PER_WORD - 1, 2);
  // Whoever asks sends nothing itself; any number will do.
  packet.writeUInt32BE(1, 4);
  packet.writeUInt32BE(mediaSsrc, 8);
  return packet;
}
