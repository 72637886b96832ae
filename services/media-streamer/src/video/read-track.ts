import { createHash } from 'node:crypto';
import { AppError, type Log } from '@earshot/kernel';
import type { MediaDeps } from '../actions/deps.ts';
import { findFinished, type Wanted } from '../actions/find-recording.ts';
import type { PlacedFrame } from '../domain/placed-frame.ts';
import { SAMPLES_PER_MS } from '../domain/recording.ts';
import { decodeFrames, type StoredFrame } from '../domain/video-segment.ts';
import type { VideoSegment } from '../domain/video-track.ts';
import { readSegment } from '../record/read-segment.ts';
import { FrameClock } from './frame-clock.ts';
import { SendingOrder } from './sending-order.ts';
import { readPackets, samplesOf } from './read-packets.ts';

/** A message has no more; a frame that is larger has one of its own. */
const MESSAGE_BYTES = 1024 * 1024;
const MESSAGE_FRAMES = 2000;
/** A pause between packets that is longer than the longest packet (RFC 6716, 2.1.4) is one. */
const PAUSE_SAMPLES = 120 * SAMPLES_PER_MS;

type ReadDeps = Pick<MediaDeps, 'recordings' | 'videoSegments' | 'blobs' | 'checkStore' | 'log'>;

/**
 * All frames of a track of a finished recording, in groups that fit into a message. Throws as `findFinished` does, and `not-found` for a
 * track that it has not.
 */
export async function* readTrack(deps: ReadDeps, wanted: Wanted, trackId: string): AsyncGenerator<PlacedFrame[]> {
  const { botId } = await findFinished(deps, wanted);
  const segments = await deps.videoSegments.list(botId, trackId);
  const frames = segments.length > 0 ? readVideo(deps, segments) : readAudio(deps, wanted, trackId);
  let isFound = false;
  for await (const group of grouped(frames)) {
    isFound = true;
    yield group;
  }
  if (!isFound) throw new AppError('not-found', 'no such track', { fields: { botId, trackId } });
}

async function* readVideo(deps: ReadDeps, segments: readonly VideoSegment[]): AsyncGenerator<PlacedFrame> {
  const clock = new FrameClock();
  let isFirst = true;
  for await (const frames of inSendingOrder(readUsable(deps, segments))) {
    for (const [index, atUs] of clock.place(frames).entries()) {
      const { payload, isKey, width, height, isAfterGap: isMarked } = frames[index] as StoredFrame;
      yield { atUs, payload, isKey, width, height, isAfterGap: isMarked && !isFirst };
      isFirst = false;
    }
  }
}

async function* inSendingOrder(groups: AsyncIterable<StoredFrame[]>): AsyncGenerator<StoredFrame[]> {
  const order = new SendingOrder<StoredFrame>();
  for await (const frames of groups) yield order.take(frames);
  yield order.end();
}

async function* readUsable(deps: ReadDeps, segments: readonly VideoSegment[]): AsyncGenerator<StoredFrame[]> {
  let isBroken = false;
  for (const segment of segments) {
    const frames = await readFrames(deps, segment);
    // Behind what is gone nothing can be decoded before the next key frame.
    const usable: StoredFrame[] = isBroken ? fromKeyOn(frames ?? []) : (frames ?? []);
    isBroken = usable.length === 0;
    yield usable;
  }
}

function fromKeyOn(frames: readonly StoredFrame[]): StoredFrame[] {
  const [first, ...rest] = frames.slice(frames.findIndex(({ isKey }) => isKey));
  return first?.isKey ? [{ ...first, isAfterGap: true }, ...rest] : [];
}

/** Undefined for what is gone, or not what was stored. */
async function readFrames(
  { blobs, checkStore, log }: Pick<ReadDeps, 'blobs' | 'checkStore' | 'log'>,
  { key, sha256 }: VideoSegment,
): Promise<StoredFrame[] | undefined> {
  const bytes = await readSegment(blobs, key);
  if (bytes && createHash('sha256').update(bytes).digest('hex') === sha256) return decodeFrames(bytes);
  await checkStore();
  reportGone(log, key);
  return undefined;
}

function reportGone(log: Log, key: string): void {
  log.error('stored video is missing or damaged', { key });
}

async function* readAudio(deps: ReadDeps, wanted: Wanted, trackId: string): AsyncGenerator<PlacedFrame> {
  const audio = { isKey: true, width: 0, height: 0 };
  let end: number | undefined;
  for await (const packets of readPackets(deps, wanted)) {
    for (const packet of packets) {
      if (packet.trackId !== trackId) continue;
      const { at, payload } = packet;
      const isAfterGap = end !== undefined && at - end > PAUSE_SAMPLES;
      end = at + samplesOf(packet);
      yield { ...audio, atUs: Math.max(0, Math.round((at * 1000) / SAMPLES_PER_MS)), payload, isAfterGap };
    }
  }
}

async function* grouped(frames: AsyncIterable<PlacedFrame>): AsyncGenerator<PlacedFrame[]> {
  let group: PlacedFrame[] = [];
  let bytes = 0;
  for await (const frame of frames) {
    const size = frame.payload.byteLength;
    if (group.length > 0 && (bytes + size > MESSAGE_BYTES || group.length >= MESSAGE_FRAMES)) {
      yield group;
      [group, bytes] = [[], 0];
    }
    group.push(frame);
    bytes += size;
  }
  if (group.length > 0) yield group;
}
