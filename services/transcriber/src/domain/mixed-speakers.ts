import { SECOND } from '@earshot/kernel';

/** For how long somebody had the meeting page's mark of speaking. Milliseconds of the recording. */
export interface SpeakingInterval {
  readonly participantId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** A word of a recording that is one mix. */
export interface MixedWord {
  readonly startMs: number;
  readonly endMs: number;
  /** The provider's number for the voice; undefined where it does not separate voices. */
  readonly voice: number | undefined;
}

/** Pages are looked at every quarter of a second, and their marks come a little after the voice. */
const TOLERANCE_MS = 250;
/** Of all that was marked during a voice's words. With less, the provider has taken several people for one. */
const CLEAR_SHARE = 0.8;
/** Marks are looked up by the second. */
const BUCKET_MS = SECOND;

type SpeakerEvidence = ReadonlyMap<string, number>;

/**
 * Whose each word is, by participant; undefined where nothing shows it. A voice is the participant's who had the mark during
 * most of its words, so that a mark that comes late or not at all costs no word. A voice in which nobody is clearly
 * ahead, and words without one, are given out word by word.
 */
export function ownersOf(
  words: readonly MixedWord[],
  timeline: readonly SpeakingInterval[],
): readonly (string | undefined)[] {
  const buckets = bucketsOf(timeline);
  const evidence = words.map((word) => marksDuring(word, buckets));
  const byVoice = new Map<number, Map<string, number>>();
  for (const [index, { voice }] of words.entries()) {
    if (voice === undefined) continue;
    const sum = byVoice.get(voice) ?? new Map<string, number>();
    byVoice.set(voice, sum);
    for (const [participant, ms] of evidence[index] ?? []) sum.set(participant, (sum.get(participant) ?? 0) + ms);
  }
  const owners = new Map([...byVoice].map(([voice, sum]) => [voice, clearlyAhead(sum)]));
  let before: string | undefined;
  return words.map(({ voice }, index) => {
    const owner = voice === undefined ? undefined : owners.get(voice);
    return (before = owner ?? ahead(evidence[index] ?? new Map(), before));
  });
}

function clearlyAhead(sum: SpeakerEvidence): string | undefined {
  const all = [...sum.values()].reduce((total, ms) => total + ms, 0);
  return [...sum].find(([, ms]) => ms >= all * CLEAR_SHARE)?.[0];
}

/** Of those who are equally far ahead, whoever spoke before goes on; else nobody is named. */
function ahead(evidence: SpeakerEvidence, before: string | undefined): string | undefined {
  const most = Math.max(0, ...evidence.values());
  const best = [...evidence].filter(([, ms]) => ms === most).map(([participant]) => participant);
  if (best.length === 1) return best[0];
  return before !== undefined && best.includes(before) ? before : undefined;
}

function marksDuring(
  { startMs, endMs }: MixedWord,
  buckets: ReadonlyMap<number, readonly SpeakingInterval[]>,
): SpeakerEvidence {
  const [fromMs, toMs] = [startMs - TOLERANCE_MS, endMs + TOLERANCE_MS];
  const near = new Set<SpeakingInterval>();
  for (let bucket = bucketOf(fromMs); bucket <= bucketOf(toMs); bucket++) {
    for (const interval of buckets.get(bucket) ?? []) near.add(interval);
  }
  const marks = new Map<string, number>();
  for (const interval of near) {
    const ms = Math.min(toMs, interval.toMs) - Math.max(fromMs, interval.fromMs);
    if (ms > 0) marks.set(interval.participantId, (marks.get(interval.participantId) ?? 0) + ms);
  }
  return marks;
}

function bucketsOf(timeline: readonly SpeakingInterval[]): Map<number, SpeakingInterval[]> {
  const buckets = new Map<number, SpeakingInterval[]>();
  for (const interval of timeline) {
    for (let bucket = bucketOf(interval.fromMs); bucket <= bucketOf(interval.toMs); bucket++) {
      buckets.set(bucket, [...(buckets.get(bucket) ?? []), interval]);
    }
  }
  return buckets;
}

function bucketOf(ms: number): number {
  return Math.floor(ms / BUCKET_MS);
}
