import { AppError } from '@earshot/kernel';
import { oggPackets, type OggPacket } from './ogg.ts';
import { opusPacketSamples } from './opus-packet.ts';
import { OpusTrackDecoder } from './opus-track-decoder.ts';
import { WorkTurns } from './work-turns.ts';

const RATE = 48_000;
/** Of a file: each costs a decoder. */
const MAX_STREAMS = 32;

/** One Opus stream of a file (RFC 7845): its packets, and what of them is to be heard, in samples of 48 kHz. */
interface OpusStream {
  readonly packets: Uint8Array[];
  readonly skip: number;
  readonly gain: number;
  /** Decoded samples up to the stream's stated end; those behind fill the last packet. */
  end: number;
}

/**
 * All of an Ogg file with one Opus stream, or several one after the other: mono at 48 kHz, with the rest of the process going on
 * meanwhile. Throws `invalid-argument` for anything else, and `resource-exhausted`, before it decodes, for more than `maxMs`.
 */
export async function decodeOggOpus(file: Uint8Array, { maxMs }: { readonly maxMs: number }): Promise<Int16Array> {
  const streams = readStreams(file);
  if (streams.length === 0) throw new AppError('invalid-argument', 'ogg file without an opus stream');
  const samples = streams.reduce((sum, { end, skip }) => sum + Math.max(0, end - skip), 0);
  if (samples > (maxMs * RATE) / 1000) throw new AppError('resource-exhausted', `longer than ${maxMs / 1000} s`);
  const pcm = new Int16Array(samples);
  let at = 0;
  for (const stream of streams) at += await decode(stream, pcm.subarray(at));
  return pcm;
}

function readStreams(file: Uint8Array): OpusStream[] {
  const streams: OpusStream[] = [];
  let current: { readonly serial: number; readonly stream: OpusStream; decoded: number; hasTags: boolean } | undefined;
  let base: bigint | undefined;
  for (const packet of oggPackets(file)) {
    const head = readHead(packet);
    if (head) {
      current = { serial: packet.serial, stream: head, decoded: 0, hasTags: false };
      base = undefined;
      if (streams.push(head) > MAX_STREAMS) throw new AppError('invalid-argument', 'ogg file of too many streams');
      continue;
    }
    // Another stream beside it: a picture, a text.
    if (current?.serial !== packet.serial) continue;
    if (!current.hasTags) {
      current.hasTags = true;
      continue;
    }
    const samples = opusPacketSamples(packet.bytes);
    if (samples === 0) throw new AppError('invalid-argument', 'ogg file with a damaged opus packet');
    current.stream.packets.push(packet.bytes);
    current.decoded += samples;
    const { granule = -1n } = packet;
    current.stream.end = current.decoded;
    if (granule < 0n) continue;
    // A stream that was joined late does not begin at zero (RFC 7845, 4.3); one that ends on its first page is trimmed (4.4).
    base ??= granule > BigInt(current.decoded) ? granule - BigInt(current.decoded) : 0n;
    current.stream.end = Math.min(current.decoded, Number(granule - base));
  }
  return streams;
}

/** Of RFC 7845, 5.1; undefined for a packet that is none. */
function readHead({ bytes }: OggPacket): OpusStream | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 19 || Buffer.from(bytes.subarray(0, 8)).toString('latin1') !== 'OpusHead') return undefined;
  const [version, channels, family] = [view.getUint8(8), view.getUint8(9), view.getUint8(18)];
  if (version > 15 || channels < 1 || channels > 2 || family !== 0)
    throw new AppError('invalid-argument', 'opus stream of more than two channels');
  const gain = 10 ** (view.getInt16(16, true) / 256 / 20);
  return { packets: [], skip: view.getUint16(10, true), gain, end: 0 };
}

/** Answers how much it wrote. */
async function decode({ packets, skip, gain, end }: OpusStream, into: Int16Array): Promise<number> {
  if (end <= skip) return 0;
  using decoder = await OpusTrackDecoder.create();
  const turns = new WorkTurns();
  let at = -skip;
  for (const packet of packets) {
    await turns.next();
    const pcm = decoder.decode(packet);
    if (decoder.corruptPackets > 0) throw new AppError('invalid-argument', 'ogg file with a damaged opus packet');
    const from = Math.max(0, -at);
    const wanted = pcm.subarray(from, Math.max(from, end - skip - at));
    into.set(gain === 1 ? wanted : amplified(wanted, gain), at + from);
    at += pcm.length;
    if (at >= end - skip) break;
  }
  return end - skip;
}

function amplified(pcm: Int16Array, gain: number): Int16Array {
  return pcm.map((sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * gain))));
}
