import { TrackClock } from '@earshot/audio';
import { expect, it } from 'vitest';
import { FrameClock, type ArrivedFrame } from './frame-clock.ts';

const FPS = 30;

/** Numbers from 0 to 1, the same each time. */
function chance(seed = 1): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

interface Sending {
  readonly seconds: number;
  /** On its way, milliseconds. */
  readonly delayMs?: (atMs: number) => number;
  /** By how much the sender's crystal is fast. */
  readonly ppm?: number;
  readonly firstRtp?: number;
  readonly jumpMs?: (atMs: number) => number;
}

/** Frames as they arrive, and when each was really taken. */
function sent({ seconds, delayMs = () => 40, ppm = 0, firstRtp = 0xffff_0000, jumpMs = () => 0 }: Sending) {
  const times = Array.from({ length: seconds * FPS }, (_, index) => (index * 1000) / FPS);
  let newestMs = 0;
  const frames = times.map((atMs): ArrivedFrame => {
    const rtp = firstRtp + Math.round((atMs * (1 + ppm / 1e6) + jumpMs(atMs)) * 90);
    // What is sent later does not overtake.
    newestMs = Math.max(newestMs, atMs + delayMs(atMs));
    return { rtpTimestamp: ((rtp % 2 ** 32) + 2 ** 32) % 2 ** 32, arrivedMs: newestMs };
  });
  return { times, frames };
}

/** How each frame lies against when it was taken, in milliseconds: in segments of four seconds, or as each comes. */
function errorsOf({ times, frames }: ReturnType<typeof sent>, atOnce = 4 * FPS): number[] {
  const clock = new FrameClock();
  const placed: number[] = [];
  for (let at = 0; at < frames.length; at += atOnce) placed.push(...clock.place(frames.slice(at, at + atOnce)));
  for (const [index, us] of placed.entries()) expect(us).toBeGreaterThan(placed[index - 1] ?? -1);
  return placed.map((us, index) => us / 1000 - times[index]!);
}

const spreadOf = (errors: readonly number[]) => Math.max(...errors) - Math.min(...errors);
const jitter = () => {
  const next = chance();
  return () => 40 - 25 * Math.log(1 - next() * 0.99);
};

it("keeps the sender's spacing through jitter and where its time wraps", () => {
  const errors = errorsOf(sent({ seconds: 60, delayMs: jitter() }));
  expect(Math.min(...errors)).toBeGreaterThan(39);
  expect(Math.max(...errors)).toBeLessThan(50);
  const steps = errors.slice(1).map((error, index) => Math.abs(error - errors[index]!));
  expect(Math.max(...steps)).toBeLessThan(0.4);
});

it.each([-200, 200])('follows a crystal that is %i ppm off for five minutes', (ppm) => {
  expect(spreadOf(errorsOf(sent({ seconds: 300, delayMs: jitter(), ppm })))).toBeLessThan(15);
});

it('places live frames as well once it has seen a second of them', () => {
  const errors = errorsOf(sent({ seconds: 60, delayMs: jitter() }), 1).slice(FPS);
  expect(Math.min(...errors)).toBeGreaterThan(39);
  expect(Math.max(...errors)).toBeLessThan(60);
});

it('leaves frames that were held up on their way where they belong', () => {
  const delayMs = (atMs: number) => (atMs > 20_000 && atMs < 23_000 ? 23_040 - atMs : 40);
  for (const atOnce of [4 * FPS, 1]) expect(spreadOf(errorsOf(sent({ seconds: 40, delayMs }), atOnce))).toBeLessThan(5);
});

it('follows a network that takes longer from some time on, and one that is quick again', () => {
  const delayMs = (atMs: number) => (atMs > 20_000 && atMs < 60_000 ? 120 : 40);
  const errors = errorsOf(sent({ seconds: 90, delayMs }));
  const at = (second: number) => errors[second * FPS]!;
  expect([at(15), at(35), at(55), at(75)].map(Math.round)).toEqual([40, 120, 120, 40]);
});

it.each([
  ['ahead by a day', 86_400_000],
  ['back by an hour', -3_600_000],
  ['ahead by two seconds', 2000],
  ['back by two seconds', -2000],
])('goes on where its sender counts from somewhere else: %s', (_, ms) => {
  const errors = errorsOf(sent({ seconds: 30, delayMs: jitter(), jumpMs: (atMs) => (atMs > 10_000 ? ms : 0) }));
  // What is late and may have been held up is believed after a second.
  const sure = errors.filter((__, index) => index < 9.5 * FPS || index > 12 * FPS);
  expect(Math.min(...sure)).toBeGreaterThan(35);
  expect(Math.max(...sure)).toBeLessThan(60);
});

it('goes on after a camera that was off for minutes, whose time stood still or did not', () => {
  for (const stood of [0, -120_000]) {
    const { times, frames } = sent({ seconds: 200, jumpMs: (atMs) => (atMs > 100_000 ? stood : 0) });
    const isOn = (atMs: number) => atMs < 40_000 || atMs > 160_000;
    const seen = times.map((atMs, index) => ({ atMs, frame: frames[index]! })).filter(({ atMs }) => isOn(atMs));
    const some = { times: seen.map(({ atMs }) => atMs), frames: seen.map(({ frame }) => frame) };
    expect(spreadOf(errorsOf(some))).toBeLessThan(5);
  }
});

it('lies by the voice of the same sender, to some milliseconds', () => {
  const ppm = 80;
  for (const extraMs of [0, 60]) {
    const next = chance(7);
    const delayMs = (atMs: number) => 40 + 60 * next() ** 4 + (atMs > 100_000 ? extraMs : 0);
    const { times, frames } = sent({ seconds: 300, ppm, delayMs });
    const video = errorsOf({ times, frames });
    const voice = new TrackClock({ startMs: 20 });
    const voiceErrors = Array.from({ length: 300 * 50 }, (_, index) => {
      const atMs = index * 20;
      // Somebody who speaks, and draws breath each three seconds.
      const isQuiet = atMs % 3000 > 2700;
      const position = voice.positionOf(Math.round(atMs * 48 * (1 + ppm / 1e6)), atMs + 20 + delayMs(atMs), {
        isQuiet,
      });
      return position / 48 - atMs;
    });
    const offsets = times.map((atMs, index) => video[index]! - voiceErrors[Math.floor(atMs / 20)]!);
    const settled = offsets.filter((_, index) => times[index]! > 3000);
    expect(Math.max(...settled.map(Math.abs)), `${extraMs}`).toBeLessThan(80);
    const sorted = settled.map(Math.abs).toSorted((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length * 0.95)], `${extraMs}`).toBeLessThan(20);
  }
});
