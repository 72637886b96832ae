import { expect, it } from 'vitest';
import { SpeechBacklog, type SpeechItem } from './speech-backlog.ts';

const speech = (trackId: string, atMs: number): SpeechItem => ({
  kind: 'speech',
  trackId,
  atMs,
  endMs: atMs + 100,
  pcm: new Uint8Array(0),
});

function all(backlog: SpeechBacklog): string[] {
  const found: string[] = [];
  for (let kept = backlog.after(0); kept; kept = backlog.after(kept.order)) {
    const { kind, trackId, atMs, endMs } = kept.item;
    found.push(kind === 'missed' ? `missed ${trackId}${atMs}-${endMs}` : `${trackId}${atMs}`);
  }
  return found;
}

it('gives everything again, in order, until it is acknowledged', () => {
  const backlog = new SpeechBacklog();
  for (const item of [speech('a', 0), speech('b', 50), speech('a', 100), speech('b', 150)]) backlog.push(item);
  expect(all(backlog)).toEqual(['a0', 'b50', 'a100', 'b150']);
  backlog.acknowledge('a', 199);
  expect(all(backlog)).toEqual(['b50', 'a100', 'b150']);
  backlog.acknowledge('b', 250);
  backlog.acknowledge('a', 200);
  expect(backlog.isEmpty).toBe(true);
});

it('passes over what is committed already', () => {
  const backlog = new SpeechBacklog();
  backlog.acknowledge('a', 150);
  for (const item of [speech('a', 0), speech('a', 100)]) backlog.push(item);
  expect(all(backlog)).toEqual(['a100']);
});

it('keeps so much and no more, and counts what it gave up as settled', () => {
  const backlog = new SpeechBacklog({ keptMs: 300 });
  for (const atMs of [0, 100, 200, 300, 400]) backlog.push(speech('a', atMs));
  expect(all(backlog)).toEqual(['missed a0-200', 'a200', 'a300', 'a400']);
  expect(backlog.droppedMs).toBe(200);
  expect(backlog.committedMs('a')).toBe(200);
});

it('tells what it gave up in pieces without pauses, until words behind it are committed', () => {
  const backlog = new SpeechBacklog({ keptMs: 100 });
  for (const [trackId, atMs] of [
    ['a', 0],
    ['b', 50],
    ['a', 100],
    ['a', 500],
    ['b', 600],
  ] as const) {
    backlog.push(speech(trackId, atMs));
  }
  expect(all(backlog)).toEqual(['missed b50-150', 'missed a0-200', 'missed a500-600', 'b600']);
  // Committed by a transcriber that had heard it before it was given up.
  backlog.acknowledge('a', 150);
  backlog.acknowledge('b', 150);
  expect(all(backlog)).toEqual(['missed a150-200', 'missed a500-600', 'b600']);
  backlog.acknowledge('a', 600);
  expect(all(backlog)).toEqual(['b600']);
});

it('takes no step back', () => {
  const backlog = new SpeechBacklog();
  backlog.acknowledge('a', 200);
  backlog.acknowledge('a', 100);
  expect(backlog.committedMs('a')).toBe(200);
});
