import { VideoCodec, VideoSource, type IngestVideoStart, type VideoBatch } from '@earshot/contract/media/v1/video.ts';
import type { Assignment } from '../domain/bot.ts';
import type { SequencedVideoBatch } from '../domain/video-replay-buffer.ts';

const codecs = {
  ...{ vp8: VideoCodec.VP8, vp9: VideoCodec.VP9, h264: VideoCodec.H264, av1: VideoCodec.AV1 },
} as const;
const sources = {
  ...{ webcam: VideoSource.WEBCAM, screen: VideoSource.SCREEN_SHARE, tab: VideoSource.TAB },
} as const;

export function toVideoStart({ ref, accountId }: Assignment, token: string): IngestVideoStart {
  return { botId: ref.botId, epoch: ref.epoch, accountId, assignmentToken: token };
}

export function toVideoBatch({ sequence, clockMs, frames, tracks, gaps }: SequencedVideoBatch): VideoBatch {
  return {
    sequence,
    clockMs,
    frames: frames.map(({ payload, codec, isKey, ...frame }) => ({
      ...frame,
      codec: codecs[codec],
      keyFrame: isKey,
      payload: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength),
    })),
    tracks: tracks.map(({ source, hasEnded, ...track }) => ({ ...track, source: sources[source], ended: hasEnded })),
    gaps: [...gaps],
  };
}
