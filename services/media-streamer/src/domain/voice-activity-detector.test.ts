import { expect, it } from 'vitest';
import { isVoice, VoiceActivityDetector, type Heard } from './voice-activity-detector.ts';

const frame = (index: number): Heard => ({ atMs: index * 20, endMs: index * 20 + 20 });

/** Puts in 20 ms frames by a string of `v` (voice) and `.` (none); returns what went through. */
function feed(line: string, detector = new VoiceActivityDetector<Heard>()) {
  const passed: number[] = [];
  const ended: number[] = [];
  [...line].forEach((sign, index) => {
    const result = detector.push(frame(index), sign === 'v');
    if (result.endedMs !== undefined) ended.push(result.endedMs);
    passed.push(...result.frames.map((each) => each.atMs));
  });
  return { passed, ended, detector };
}

it('lets nothing through without voice', () => {
  expect(feed('.'.repeat(100))).toMatchObject({ passed: [], ended: [] });
});

it('begins 300 ms before the voice', () => {
  const { passed } = feed(`${'.'.repeat(50)}v`);
  expect(passed[0]).toBe(1000 - 300);
  expect(passed).toHaveLength(16);
});

it('ends 700 ms after the voice, with the end of what it let through', () => {
  const { passed, ended } = feed(`v${'.'.repeat(60)}`);
  expect(passed.at(-1)).toBe(700);
  expect(ended).toEqual([720]);
});

it('keeps a turn together over a shorter pause', () => {
  const { passed, ended } = feed(`v${'.'.repeat(30)}v`);
  expect(passed).toHaveLength(32);
  expect(ended).toEqual([]);
});

it('ends a turn by the clock when no frames come', () => {
  const { detector } = feed('v');
  expect(detector.tick(820)).toBeUndefined();
  expect(detector.tick(821)).toBe(20);
  expect(detector.tick(10_000)).toBeUndefined();
});

it('ends the old turn before a new one that comes after a hole', () => {
  const { detector } = feed('v');
  expect(detector.push(frame(200), true)).toEqual({ endedMs: 20, frames: [frame(200)] });
});

it('ends with the meeting', () => {
  expect(feed('.v').detector.end()).toBe(40);
  expect(feed('.').detector.end()).toBeUndefined();
});

it("judges by the sender's level, or by measuring when there is none", () => {
  expect(isVoice(49, () => -100)).toBe(true);
  expect(isVoice(50, () => 0)).toBe(false);
  expect(isVoice(127, () => 0)).toBe(false);
  expect(isVoice(255, () => -30)).toBe(true);
  expect(isVoice(255, () => -60)).toBe(false);
});
