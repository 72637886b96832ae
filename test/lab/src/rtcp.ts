/** What receivers asked senders for. */
export interface Requests {
  /** Keyframes: PLI and FIR. */
  readonly keyframes: number;
  /** Packets once more: NACK. */
  readonly retransmissions: number;
}

const BYTES_PER_WORD = 4;
const [TRANSPORT_FEEDBACK, PAYLOAD_FEEDBACK] = [205, 206];
const [NACK, PLI, FIR] = [1, 1, 4];

/** RTP and RTCP come by one port and differ in their second byte (RFC 5761 §4). */
export function isRtcp(packet: Buffer): boolean {
  const type = packet[1] ?? 0;
  return type >= 192 && type <= 223;
}

/** What a compound RTCP packet asks for (RFC 4585 §6, RFC 5104 §4.3.1). */
export function requestsIn(packet: Buffer): Requests {
  let [keyframes, retransmissions] = [0, 0];
  for (let at = 0; at + BYTES_PER_WORD <= packet.length;) {
    const [format, type] = [packet.readUInt8(at) & 0x1f, packet.readUInt8(at + 1)];
    if (type === PAYLOAD_FEEDBACK && (format === PLI || format === FIR)) keyframes += 1;
    if (type === TRANSPORT_FEEDBACK && format === NACK) retransmissions += 1;
    at += (packet.readUInt16BE(at + 2) + 1) * BYTES_PER_WORD;
  }
  return { keyframes, retransmissions };
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
