import type { Interval } from './session-clock.ts';

/** Speech of a track that was not made into words live. Meeting clock, milliseconds. */
export interface MissedSpeech extends Interval {
  readonly trackId: string;
}

/** The same speech, each moment once, by track and time; it may have been missed piece by piece and reported twice. */
export function mergeMissed(missed: readonly MissedSpeech[]): MissedSpeech[] {
  const byTrack = Map.groupBy(missed, ({ trackId }) => trackId);
  return [...byTrack].flatMap(([trackId, pieces]) => mergeIntervals(pieces).map((piece) => ({ trackId, ...piece })));
}

/** How much speech was missed, in milliseconds; several who spoke at once count each. */
export function missedLength(missed: readonly MissedSpeech[]): number {
  return mergeMissed(missed).reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}

/** What a set of intervals covers, in order and without overlaps. */
export function mergeIntervals(intervals: readonly Interval[]): Interval[] {
  const merged: { startMs: number; endMs: number }[] = [];
  for (const { startMs, endMs } of intervals.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = merged.at(-1);
    if (last && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else if (endMs > startMs) merged.push({ startMs, endMs });
  }
  return merged;
}

/** The parts of an interval that lie within others. */
export function partsWithin({ startMs, endMs }: Interval, others: readonly Interval[]): Interval[] {
  return mergeIntervals(others)
    .map((other) => ({ startMs: Math.max(startMs, other.startMs), endMs: Math.min(endMs, other.endMs) }))
    .filter((part) => part.endMs > part.startMs);
}
