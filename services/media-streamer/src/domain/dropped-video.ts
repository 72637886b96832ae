import type { StoredFrame } from './video-segment.ts';
import type { VideoTrackUpdate } from './video-track.ts';

/** What of an update can be stored where an earlier one of its track was dropped: from its next key frame on. */
export function afterDropped(update: VideoTrackUpdate): VideoTrackUpdate {
  const at = update.frames.findIndex(({ isKey }) => isKey);
  return withoutFirst(update, at === -1 ? update.frames.length : at);
}

/** What is left of an update that is dropped as a whole. */
export function dropped(update: VideoTrackUpdate): VideoTrackUpdate {
  return withoutFirst(update, update.frames.length);
}

function withoutFirst(update: VideoTrackUpdate, count: number): VideoTrackUpdate {
  const [first, ...rest] = update.frames.slice(count);
  const frames: StoredFrame[] = first ? [{ ...first, isAfterGap: true }, ...rest] : [];
  const isBroken = update.isBroken || frames.length === 0;
  return { ...update, frames, isBroken, droppedFrames: update.droppedFrames + count };
}
