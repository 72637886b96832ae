import { expect, it } from 'vitest';
import { UnackedSpeech, type SpeechItem } from './unacked-speech.ts';

const speech = (trackId: string, atMs: number): SpeechItem => ({
  kind: 'speech',
  trackId,
  atMs,
  endMs: atMs + 100,
  pcm: new Uint8Array(0),
});

function all(unacked: UnackedSpeech): string[] {
  const found: string[] = [];
  for (let kept = unacked.after(0); kept; kept = unacked.after(kept.order)) {
    const { kind, trackId, atMs, endMs } = kept.item;
    found.push(kind === 'missed' ? `missed ${trackId}${atMs}-${endMs}` : `${trackId}${atMs}`);
  }
  return found;
}

it('gives everything again, in order, until it is acknowledged', () => {
  const unacked = new UnackedSpeech();
  for (const item of [speech('a', 0), speech('b', 50), speech('a', 100), speech('b', 150)]) unacked.push(item);
  expect(all(unacked)).toEqual(['a0', 'b50', 'a100', 'b150']);
  unacked.acknowledge('a', 199);
  expect(all(unacked)).toEqual(['b50', 'a100', 'b150']);
  unacked.acknowledge('b', 250);
  unacked.acknowledge('a', 200);
  expect(unacked.isEmpty).toBe(true);
});

it('passes over what is committed already', () => {
  const unacked = new UnackedSpeech();
  unacked.acknowledge('a', 150);
  for (const item of [speech('a', 0), speech('a', 100)]) unacked.push(item);
  expect(all(unacked)).toEqual(['a100']);
});

it('keeps so much and no more, and counts what it gave up as settled', () => {
  const unacked = new UnackedSpeech({ keptMs: 300 });
  for (const atMs of [0, 100, 200, 300, 400]) unacked.push(speech('a', atMs));
  expect(all(unacked)).toEqual(['missed a0-200', 'a200', 'a300', 'a400']);
  expect(unacked.droppedMs).toBe(200);
  expect(unacked.committedMs('a')).toBe(200);
});

it('tells what it gave up in pieces without pauses, until words behind it are committed', () => {
  const unacked = new UnackedSpeech({ keptMs: 100 });
  for (const [trackId, atMs] of [
    ['a', 0],
    ['b', 50],
    ['a', 100],
    ['a', 500],
    ['b', 600],
  ] as const) {
    unacked.push(speech(trackId, atMs));
  }
  expect(all(unacked)).toEqual(['missed b50-150', 'missed a0-200', 'missed a500-600', 'b600']);
  // Committed by a transcriber that had received it before it was dropped.
  unacked.acknowledge('a', 150);
  unacked.acknowledge('b', 150);
  expect(all(unacked)).toEqual(['missed a150-200', 'missed a500-600', 'b600']);
  unacked.acknowledge('a', 600);
  expect(all(unacked)).toEqual(['b600']);
});

it('takes no step back', () => {
  const unacked = new UnackedSpeech();
  unacked.acknowledge('a', 200);
  unacked.acknowledge('a', 100);
  expect(unacked.committedMs('a')).toBe(200);
});
