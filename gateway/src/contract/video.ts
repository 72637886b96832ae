import type { ArtifactInfo } from '@earshot/contract/media/v1/artifacts.ts';

const MB = 1_000_000;

/** The documented `video_info` of a composed video. Null is what its maker did not tell. */
export function toVideoInfo({ durationMs, bytes, width, height, frames, droppedFrames }: ArtifactInfo) {
  const seconds = durationMs / 1000;
  return {
    duration: durationMs > 0 ? Math.round(seconds) : null,
    size_mb: bytes > 0 ? Math.round((bytes / MB) * 100) / 100 : null,
    resolution: width > 0 && height > 0 ? `${width}x${height}` : '',
    fps: frames > 0 && durationMs > 0 ? Math.round(frames / seconds) : null,
    frames_processed: frames > 0 ? frames : null,
    // Of the pictures that came from the meeting: those that were lost on the way.
    corrupted_frames: droppedFrames,
  };
}
