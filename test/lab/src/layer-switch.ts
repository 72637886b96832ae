import { BYTES_PER_WORD, packetsIn, senderReport, type SenderReport } from './rtcp.ts';
import { beginsKeyframe, renumbered, rtpHeaderOf } from './rtp.ts';

const VIDEO_TICKS_PER_MS = 90;
/** A keyframe that was asked for is on its way for so long. */
const ASK_AGAIN_MS = 500;
const [SENDER_REPORT, RECEIVER_REPORT, TRANSPORT_FEEDBACK, PAYLOAD_FEEDBACK] = [200, 201, 205, 206];
const FIR = 4;
const [HEADER_BYTES, REPORT_BLOCK_BYTES, SENDER_INFO_BYTES] = [8, 24, 20];

/** One of the pictures of different size that somebody sends of the same thing, each by itself. */
export interface Layer {
  readonly ssrc: number;
  /** Lines of the picture. */
  readonly height: number;
}

export interface LayerSwitchDeps {
  /** The number under which the receiver knows the picture, which is none of the sender's: voice's reports have it too. */
  readonly ssrc: number;
  /** Asks the sender for a keyframe of a layer. */
  askKeyframe(ssrc: number): void;
  /** Milliseconds. */
  now(): number;
}

/**
 * Makes one stream for one receiver out of a sender's layers. It changes at a keyframe of the wanted layer, and sequence numbers and
 * times go on as if nothing had happened.
 */
export interface LayerSwitch {
  /** The smallest layer with so many lines is wanted, or else the largest. */
  want(layers: readonly Layer[], height: number): void;
  /** The packet as the receiver gets it; undefined for what it does not get. */
  media(packet: Buffer): Buffer | undefined;
  /** The sender's report on what the receiver gets; undefined without one. */
  report(compound: Buffer): Buffer | undefined;
  /** A receiver's reports and requests, about the layer that it gets. */
  upward(compound: Buffer): Buffer | undefined;
}

export function createLayerSwitch({ ssrc, askKeyframe, now }: LayerSwitchDeps): LayerSwitch {
  const clocks = new Map<number, SenderReport>();
  let wanted = 0;
  let current: number | undefined;
  /** What is added to the layer's own numbers. */
  let shift = { sequence: 0, timestamp: 0 };
  let last = { sequence: 0, timestamp: 0, at: 0 };
  let askedAt = -Infinity;

  /** When the layer's picture was taken, in the time that the receiver knows. */
  function timestampAt(next: { ssrc: number; timestamp: number }): number {
    const [from, to] = [clocks.get(current ?? 0), clocks.get(next.ssrc)];
    if (!from || !to) return last.timestamp + Math.round((now() - last.at) * VIDEO_TICKS_PER_MS);
    const takenAt = to.ntpMs + ((next.timestamp - to.timestamp) | 0) / VIDEO_TICKS_PER_MS;
    return from.timestamp + Math.round((takenAt - from.ntpMs) * VIDEO_TICKS_PER_MS) + shift.timestamp;
  }

  function change(packet: Buffer): void {
    const header = rtpHeaderOf(packet);
    if (current !== undefined) {
      // Never back in time.
      const ahead = Math.max(1, (timestampAt(header) - last.timestamp) | 0);
      shift = {
        sequence: last.sequence + 1 - header.sequence,
        timestamp: last.timestamp + ahead - header.timestamp,
      };
    }
    current = header.ssrc;
  }

  function ask(layer: number): void {
    if (now() - askedAt < ASK_AGAIN_MS) return;
    askedAt = now();
    askKeyframe(layer);
  }

  return {
    want(layers, height) {
      const bySize = layers.toSorted((one, other) => one.height - other.height);
      const chosen = bySize.find((layer) => layer.height >= height) ?? bySize.at(-1);
      if (!chosen || chosen.ssrc === wanted) return;
      wanted = chosen.ssrc;
      askedAt = -Infinity;
    },
    media(packet) {
      const header = rtpHeaderOf(packet);
      if (header.ssrc !== current) {
        // Before the first picture any will do: the wanted one may be one that the sender has no room for.
        const isWelcome = header.ssrc === wanted || current === undefined;
        if (isWelcome && beginsKeyframe(packet)) change(packet);
        else if (header.ssrc === wanted || current === undefined) ask(header.ssrc);
      }
      if (header.ssrc !== current) return undefined;
      const sequence = (header.sequence + shift.sequence) & 0xffff;
      const timestamp = (header.timestamp + shift.timestamp) >>> 0;
      const isNewer = ((sequence - last.sequence) & 0xffff) < 0x8000;
      if (isNewer || last.at === 0) last = { sequence, timestamp, at: now() };
      return renumbered(packet, { sequence, timestamp, ssrc });
    },
    report(compound) {
      let passed: Buffer | undefined;
      for (const packet of packetsIn(compound)) {
        const told = senderReport(packet);
        if (!told) continue;
        clocks.set(told.ssrc, told);
        if (told.ssrc !== current) continue;
        // Without what the sender receives itself.
        passed = Buffer.from(packet.subarray(0, HEADER_BYTES + SENDER_INFO_BYTES));
        passed.writeUInt8(0x80, 0);
        passed.writeUInt16BE(passed.length / BYTES_PER_WORD - 1, 2);
        passed.writeUInt32BE(ssrc, 4);
        passed.writeUInt32BE((told.timestamp + shift.timestamp) >>> 0, 16);
      }
      return passed;
    },
    upward(compound) {
      if (current === undefined) return undefined;
      const layer = current;
      const packets = [...packetsIn(compound)].map((each) => {
        const packet = Buffer.from(each);
        const [format, type] = [packet.readUInt8(0) & 0x1f, packet.readUInt8(1)];
        if (type === RECEIVER_REPORT || type === SENDER_REPORT) {
          const blocks = HEADER_BYTES + (type === SENDER_REPORT ? SENDER_INFO_BYTES : 0);
          for (let at = blocks; at + REPORT_BLOCK_BYTES <= packet.length; at += REPORT_BLOCK_BYTES) {
            if (packet.readUInt32BE(at) !== ssrc) continue;
            packet.writeUInt32BE(layer, at);
            // A sender takes the losses of several receivers for its own, in turn, and has room for small pictures alone.
            packet.writeUInt32BE(0, at + 4);
            packet.writeUInt16BE((packet.readUInt16BE(at + 10) - shift.sequence) & 0xffff, at + 10);
          }
          return packet;
        }
        const isRequest = type === TRANSPORT_FEEDBACK || type === PAYLOAD_FEEDBACK;
        if (!isRequest || packet.length < 12 || packet.readUInt32BE(HEADER_BYTES) !== ssrc) return packet;
        packet.writeUInt32BE(layer, HEADER_BYTES);
        // A full intra request names the sender once more (RFC 5104 §4.3.1.1).
        if (type === PAYLOAD_FEEDBACK && format === FIR) packet.writeUInt32BE(layer, HEADER_BYTES + 4);
        if (type === TRANSPORT_FEEDBACK)
          for (let at = HEADER_BYTES + 4; at + BYTES_PER_WORD <= packet.length; at += BYTES_PER_WORD)
            packet.writeUInt16BE((packet.readUInt16BE(at) - shift.sequence) & 0xffff, at);
        return packet;
      });
      return Buffer.concat(packets);
    },
  };
}
