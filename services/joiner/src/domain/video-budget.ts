import type { VideoSource } from './video-batch.ts';

export interface VideoLimits {
  /** How many webcams are taken at a time. */
  readonly maxWebcams: number;
  /** Of all video of one bot, bytes a second. */
  readonly maxBytesPerSecond: number;
}

/** A track as it was in the last seconds. */
export interface OfferedTrack {
  readonly id: string;
  readonly source: VideoSource;
  readonly bytesPerSecond: number;
  /** When its owner had a voice last, milliseconds since 1970; zero for never. */
  readonly spokeAt: number;
  readonly isAdmitted: boolean;
}

/** What is not taken comes in only where it leaves so much of the budget: else it would come and go each second. */
const REENTRY_SHARE = 0.85;

/**
 * Which tracks are taken: screens first, then as many webcams as may be, whoever spoke last before the others, for as long as they fit.
 * One that alone is more than all of the budget is taken where nothing else is: a slow picture is better than none.
 */
export function chooseTracks(tracks: readonly OfferedTrack[], limits: VideoLimits): ReadonlySet<string> {
  const chosen = new Set<string>();
  let webcams = 0;
  let bytes = 0;
  for (const track of tracks.toSorted(byImportance)) {
    if (track.source === 'webcam' && webcams >= limits.maxWebcams) continue;
    const room = limits.maxBytesPerSecond * (track.isAdmitted ? 1 : REENTRY_SHARE) - bytes;
    if (track.bytesPerSecond > room && chosen.size > 0) continue;
    chosen.add(track.id);
    bytes += track.bytesPerSecond;
    if (track.source === 'webcam') webcams += 1;
  }
  return chosen;
}

/** Among those who never spoke, who is taken stays. */
function byImportance(one: OfferedTrack, other: OfferedTrack): number {
  const rank = ({ source }: OfferedTrack) => (source === 'webcam' ? 1 : 0);
  const byRank = rank(one) - rank(other) || other.spokeAt - one.spokeAt;
  return byRank || Number(other.isAdmitted) - Number(one.isAdmitted);
}
