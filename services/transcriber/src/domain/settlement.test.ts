import { describe, expect, it } from 'vitest';
import { settlement, type Settlement } from './settlement.ts';
import type { TranscriptState } from './transcript.ts';

type Case = {
  state: TranscriptState;
  recording?: 'ready' | 'missing';
  isStreamOpen?: boolean;
  isStreamHere?: boolean;
  hasMissed?: boolean;
  dueAt?: number;
  waitedMs?: number;
  is: Settlement;
};

const cases: Case[] = [
  { state: 'live', is: 'ready' },
  { state: 'live', isStreamOpen: true, isStreamHere: true, waitedMs: 100_000, is: 'wait' },
  { state: 'live', isStreamOpen: true, isStreamHere: true, waitedMs: 600_000, is: 'ready' },
  { state: 'live', isStreamOpen: true, waitedMs: 29_000, is: 'wait' },
  { state: 'live', isStreamOpen: true, waitedMs: 30_000, is: 'ready' },
  { state: 'live', hasMissed: true, is: 'backfill' },
  { state: 'live', hasMissed: true, isStreamOpen: true, waitedMs: 29_000, is: 'wait' },
  { state: 'live', hasMissed: true, recording: 'missing', is: 'skipped' },
  { state: 'failed', hasMissed: true, is: 'failed' },
  { state: 'failed', is: 'failed' },
  { state: 'failed', isStreamHere: true, is: 'wait' },
  { state: 'processing', is: 'transcribe' },
  { state: 'processing', dueAt: 1, is: 'wait' },
  { state: 'live', recording: 'missing', is: 'skipped' },
  { state: 'processing', recording: 'missing', is: 'skipped' },
];

describe('settlement', () => {
  it.each(cases)('$state, %o', ({ state, recording = 'ready', waitedMs = 0, is, ...about }) => {
    const transcript = { state, isStreamOpen: about.isStreamOpen ?? false, dueAt: about.dueAt };
    const visit = { recording, since: 1000 };
    const { isStreamHere = false, hasMissed = false } = about;
    expect(settlement(visit, transcript, { isStreamHere, hasMissed, now: 1000 + waitedMs })).toBe(is);
  });

  it('skips a visit of which nothing was to be transcribed', () => {
    const about = { isStreamHere: false, hasMissed: false, now: 0 };
    expect(settlement({ recording: 'ready', since: 0 }, undefined, about)).toBe('skipped');
  });
});
