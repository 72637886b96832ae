/** The numbers under which video goes through the forwarding unit, the same for all, so that packets may pass as they are. */
export const payloadTypes = { VP8: 96, VP9: 98, H264: 102, AV1: 45 } as const;

const [H264_IDR, H264_SPS, H264_STAP_A, H264_FU_A] = [5, 7, 24, 28];

/** An RTP packet's own header (RFC 3550 §5.1). */
export interface RtpHeader {
  payloadType: number;
  sequence: number;
  timestamp: number;
  ssrc: number;
}

export function rtpHeaderOf(packet: Buffer): RtpHeader {
  return {
    payloadType: packet.readUInt8(1) & 0x7f,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
  };
}

/** The same packet under other numbers, which are taken modulo what has room. */
export function renumbered(packet: Buffer, { sequence, timestamp, ssrc }: Omit<RtpHeader, 'payloadType'>): Buffer {
  const copy = Buffer.from(packet);
  copy.writeUInt16BE(sequence & 0xffff, 2);
  copy.writeUInt32BE(timestamp >>> 0, 4);
  copy.writeUInt32BE(ssrc, 8);
  return copy;
}

/** Whether a keyframe begins with this packet, from which a receiver may begin. */
export function beginsKeyframe(packet: Buffer): boolean {
  const { payloadType } = rtpHeaderOf(packet);
  const payload = payloadOf(packet);
  if (payload.length < 4) return false;
  if (payloadType === payloadTypes.VP8) return beginsVp8Keyframe(payload);
  if (payloadType === payloadTypes.VP9) return beginsVp9Keyframe(payload);
  if (payloadType === payloadTypes.H264) return beginsH264Keyframe(payload);
  // The aggregation header's N bit: the first packet of a coded video sequence (AV1 RTP §4.4).
  if (payloadType === payloadTypes.AV1) return (payload.readUInt8(0) & 0x08) !== 0;
  return false;
}

/** What follows the header, its contributors and its extension. */
function payloadOf(packet: Buffer): Buffer {
  const first = packet.readUInt8(0);
  let at = 12 + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) at += 4 + 4 * packet.readUInt16BE(at + 2);
  return packet.subarray(at);
}

/** RFC 7741 §4.2 and 4.3: the first partition's first packet, and a frame that is no inter frame. */
function beginsVp8Keyframe(payload: Buffer): boolean {
  const descriptor = payload.readUInt8(0);
  if ((descriptor & 0x17) !== 0x10) return false;
  let at = 1;
  if ((descriptor & 0x80) !== 0) {
    const extension = payload.readUInt8(at);
    at += 1;
    if ((extension & 0x80) !== 0) at += (payload.readUInt8(at) & 0x80) !== 0 ? 2 : 1;
    if ((extension & 0x40) !== 0) at += 1;
    if ((extension & 0x30) !== 0) at += 1;
  }
  return at < payload.length && (payload.readUInt8(at) & 0x01) === 0;
}

/** RFC 9628 §4.2: a frame begins that is not predicted from another picture, in the lowest spatial layer. */
function beginsVp9Keyframe(payload: Buffer): boolean {
  const descriptor = payload.readUInt8(0);
  const [hasId, isPredicted, hasLayers, begins] = [0x80, 0x40, 0x20, 0x08].map((bit) => (descriptor & bit) !== 0);
  if (isPredicted || !begins) return false;
  const at = hasId ? ((payload.readUInt8(1) & 0x80) !== 0 ? 3 : 2) : 1;
  return !hasLayers || at >= payload.length || ((payload.readUInt8(at) >> 1) & 0x07) === 0;
}

/** RFC 6184 §5: parameter sets or an IDR picture, alone, first of several, or the first piece of one. */
function beginsH264Keyframe(payload: Buffer): boolean {
  const typeAt = (at: number) => payload.readUInt8(at) & 0x1f;
  const begins = (type: number) => type === H264_IDR || type === H264_SPS;
  if (typeAt(0) === H264_STAP_A) return begins(typeAt(3));
  if (typeAt(0) === H264_FU_A) return (payload.readUInt8(1) & 0x80) !== 0 && begins(typeAt(1));
  return begins(typeAt(0));
}
