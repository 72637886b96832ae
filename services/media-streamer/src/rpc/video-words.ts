import {
  TrackKind as Kinds,
  VideoCodec as Codecs,
  VideoSource as Sources,
  type IngestVideoStart,
  type StoredTrack as StoredTrackMessage,
  type TrackFrame,
  type TrackKind as KindMessage,
  type VideoBatch as BatchMessage,
  type VideoCodec as CodecMessage,
  type VideoFrame as FrameMessage,
  type VideoSource as SourceMessage,
  type VideoTrackChange as ChangeMessage,
} from '@earshot/contract/media/v1/video.ts';
import { AppError, isUuid, MINUTE, plainText, type BotId } from '@earshot/kernel';
import type { PlacedFrame } from '../domain/placed-frame.ts';
import type { VideoBatch, VideoCodec, VideoSource, VideoTrackChange } from '../domain/video-frame.ts';
import type { VideoStream } from '../domain/video-stream.ts';
import type { StoredTrack } from '../domain/stored-track.ts';

const codecs: Readonly<Record<VideoCodec, CodecMessage>> = {
  vp8: Codecs.VP8,
  vp9: Codecs.VP9,
  h264: Codecs.H264,
  av1: Codecs.AV1,
};
const sources: Readonly<Record<VideoSource, SourceMessage>> = {
  webcam: Sources.WEBCAM,
  'screen-share': Sources.SCREEN_SHARE,
  tab: Sources.TAB,
};
const kinds: Readonly<Record<StoredTrack['kind'], KindMessage>> = {
  audio: Kinds.AUDIO,
  webcam: Kinds.WEBCAM,
  'screen-share': Kinds.SCREEN_SHARE,
  tab: Kinds.TAB,
};
/** No table and no fact takes U+0000 in a text. */
const text = (value: string) => plainText(value, Infinity);
/** Nothing is reported long before it happens: a time further ahead of its batch is cut to this. */
const AHEAD_MS = MINUTE;
/** No index takes a much longer one, and one row that is refused would hold up all others of its commit. */
const LONGEST_ID = 500;
const isNamed = ({ trackId }: { trackId: string }) => trackId !== '' && trackId.length <= LONGEST_ID;
/** What 16 bits hold, in which sizes are stored. */
const LARGEST_SIDE = 0xffff;

export function fromVideoStart({ botId, epoch }: IngestVideoStart): Pick<VideoStream, 'botId' | 'epoch'> {
  if (!isUuid(botId)) throw new AppError('invalid-argument', 'bot_id is not one of ours');
  return { botId: botId as BotId, epoch };
}

export function fromVideoBatch({ sequence, clockMs, frames, tracks, gaps }: BatchMessage): VideoBatch {
  const latest = clockMs + AHEAD_MS;
  return {
    sequence,
    clockMs,
    frames: frames.filter(isNamed).flatMap((frame) => fromVideoFrame(frame, latest)),
    changes: tracks.filter(isNamed).map(({ trackId, source, participantId, ended }) => ({
      trackId: text(trackId),
      source: wordOf(sources, source) ?? 'webcam',
      participantId: text(participantId),
      hasEnded: ended,
    })),
    gaps: gaps
      .filter(isNamed)
      .map(({ trackId, frames: lost, atMs }) => ({ trackId: text(trackId), frames: lost, atMs })),
  };
}

function fromVideoFrame(frame: FrameMessage, latest: number): VideoBatch['frames'][number][] {
  const codec = wordOf(codecs, frame.codec);
  if (!codec) return [];
  const { payload, rtpTimestamp, keyFrame: isKey } = frame;
  const [width, height] = [frame.width, frame.height].map((side) => Math.min(side, LARGEST_SIDE)) as [number, number];
  const arrivedMs = Math.min(frame.arrivedMs, latest);
  return [{ trackId: text(frame.trackId), codec, payload, rtpTimestamp, arrivedMs, isKey, width, height }];
}

export function toStoredTrackMessage({ kind, ...track }: StoredTrack): StoredTrackMessage {
  return { ...track, kind: kinds[kind] };
}

export const toCodec = (codec: VideoCodec): CodecMessage => codecs[codec];

export function toTrackChange({ source, hasEnded, ...change }: VideoTrackChange, atMs: number): ChangeMessage {
  return { ...change, source: sources[source], ended: hasEnded, atMs };
}

export function toTrackFrame({ atUs, payload, isKey: keyFrame, width, height, isAfterGap }: PlacedFrame): TrackFrame {
  return { atUs, payload: toBuffer(payload), keyFrame, width, height, afterGap: isAfterGap };
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function wordOf<Word extends string>(words: Readonly<Record<Word, string>>, message: string): Word | undefined {
  return (Object.keys(words) as Word[]).find((word) => words[word] === message);
}
