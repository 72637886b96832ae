import { MINUTE, SECOND } from '@earshot/kernel';
import type { Transcript } from './transcript.ts';

/** A stream whose process or peer was lost is reopened within this time, or not at all. */
const RETURN_MS = 30 * SECOND;
/** A stream that does not end is not waited for longer than this. */
const PATIENCE_MS = 10 * MINUTE;

/** A visit that is over and whose recording is known to exist, or not to. */
export interface EndedVisit {
  readonly recording: 'ready' | 'missing';
  /** When both were known, milliseconds since 1970. */
  readonly since: number;
}

export type Settlement = 'wait' | 'transcribe' | 'backfill' | 'ready' | 'failed' | 'skipped';

export interface SettlementFacts {
  readonly isStreamHere: boolean;
  /** Speech was missed, and the recording has it. */
  readonly hasMissed: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What becomes of a visit's transcript. */
export function settlement(
  visit: EndedVisit,
  transcript: Pick<Transcript, 'state' | 'isStreamOpen' | 'dueAt'> | undefined,
  { isStreamHere, hasMissed, now }: SettlementFacts,
): Settlement {
  if (!transcript) return 'skipped';
  const waitedMs = now - visit.since;
  if (isStreamHere && waitedMs < PATIENCE_MS) return 'wait';
  if (visit.recording === 'missing') return 'skipped';
  switch (transcript.state) {
    case 'failed':
    case 'ready':
      return transcript.state;
    case 'processing':
      return transcript.dueAt === undefined ? 'transcribe' : 'wait';
    case 'live':
      if (transcript.isStreamOpen && waitedMs < RETURN_MS) return 'wait';
      return hasMissed ? 'backfill' : 'ready';
  }
}
