import { metrics, type Meter } from '@opentelemetry/api';
import type { VideoCounts } from './video/deps.ts';

/** Counts what is stored of video, and what is not, for operators. */
export function createVideoMetrics(
  meter: Meter = metrics.getMeter('earshot.media-streamer'),
): (counts: VideoCounts) => void {
  const frames = meter.createCounter('earshot.media.video.frames', {
    description: 'Encoded frames of video that were stored',
    unit: '{frame}',
  });
  const dropped = meter.createCounter('earshot.media.video.frames.dropped', {
    description: 'Encoded frames of video that were dropped, on the way here or for want of room',
    unit: '{frame}',
  });
  const bytes = meter.createCounter('earshot.media.video.size', {
    description: 'Encoded video that was stored',
    unit: 'By',
  });
  return ({ source, ...counts }) => {
    frames.add(counts.frames, { source });
    dropped.add(counts.droppedFrames, { source });
    bytes.add(counts.bytes, { source });
  };
}
