import { MINUTE, SECOND } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import { TrackClock } from './rtp-clock.ts';

const firstRtp = 0xffff_f000; // wraps within the first second

/** A repeatable stand-in for chance, from 0 to 1. */
function lottery(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** How far, at worst, positions lie from where their audio was spoken, once the track has settled. */
function worstErrorMs(options: { ppm: number; lastsMs: number; speaks?: (atMs: number) => boolean }): number {
  const clock = new TrackClock();
  const random = lottery(7);
  let worst = 0;
  for (let atMs = 0; atMs < options.lastsMs; atMs += 20) {
    if (options.speaks && !options.speaks(atMs)) continue;
    const rtp = (firstRtp + Math.round(atMs * 48 * (1 + options.ppm / 1e6))) >>> 0;
    const position = clock.positionOf(rtp, atMs + 30 * random());
    if (atMs > 2 * SECOND) worst = Math.max(worst, Math.abs(position / 48 - atMs));
  }
  expect(clock.anchors).toBe(1);
  return worst;
}

describe('TrackClock', () => {
  it('anchors at the first packet and follows rtp, also over the wrap', () => {
    const clock = new TrackClock({ startMs: 1000 });
    expect(clock.positionOf(0xffff_ff00, 1500)).toBe(24_000);
    expect(clock.positionOf((0xffff_ff00 + 960) >>> 0, 1555)).toBe(24_960);
    expect(clock.positionOf((0xffff_ff00 + 1920) >>> 0, 1575)).toBe(25_920);
  });

  it('puts a reordered packet where it belongs', () => {
    const clock = new TrackClock();
    const arrivals = [0, 40, 41, 60];
    expect([0, 1920, 960, 2880].map((rtp, index) => clock.positionOf(rtp, arrivals[index] ?? 0))).toEqual([
      0, 1920, 960, 2880,
    ]);
  });

  it('keeps the spacing of rtp under jitter within the bound, once it has settled', () => {
    const clock = new TrackClock();
    const random = lottery(3);
    const positions = Array.from({ length: 500 }, (_, at) => clock.positionOf(at * 960, 40 + at * 20 + 35 * random()));
    const settled = positions.slice(100);
    const first = settled[0] ?? 0;
    expect(settled.map((position) => position - first)).toEqual(settled.map((_, at) => at * 960));
    expect(Math.abs(first / 48 - 2000 - 40)).toBeLessThan(2);
  });

  it('does not believe the delay of its first packet', () => {
    const clock = new TrackClock();
    clock.positionOf(0, 90, { isQuiet: true });
    for (let at = 1; at < 50; at++) clock.positionOf(at * 960, at * 20 + 5, { isQuiet: true });
    expect(clock.positionOf(50 * 960, 1005)).toBe(1005 * 48);
    expect(clock.anchors).toBe(1);
  });

  it('lays no packet of a voice over another when the first ones were held up', () => {
    const clock = new TrackClock();
    const arrival = (at: number) => Math.max(at * 20, 400);
    const positions = Array.from({ length: 100 }, (_, at) => clock.positionOf(at * 960, arrival(at)));
    expect(positions).toEqual(positions.map((_, at) => 400 * 48 + at * 960));
    for (let at = 100; at < 200; at++) clock.positionOf(at * 960, arrival(at), { isQuiet: true });
    expect(clock.positionOf(200 * 960, arrival(200))).toBe(arrival(200) * 48);
    expect(clock.anchors).toBe(1);
  });

  it('comes back from a long delay in the midst of a voice without a word laid over another', () => {
    const clock = new TrackClock();
    for (let at = 0; at < 50; at++) clock.positionOf(at * 960, at * 20);
    // Held up for two seconds, longer than the mix waits.
    clock.positionOf(50 * 960, 3000);
    let voiceEnds = clock.delay(1960 * 48) + 960;
    for (let at = 51; at < 201; at++) {
      const position = clock.positionOf(at * 960, Math.max(3000, at * 20));
      // A step of the slow drift at most.
      expect(voiceEnds - position).toBeLessThanOrEqual(48);
      voiceEnds = position + 960;
    }
    for (let at = 201; at < 400; at++) clock.positionOf(at * 960, at * 20, { isQuiet: true });
    expect(clock.positionOf(400 * 960, 8000)).toBe(400 * 960);
    expect(clock.anchors).toBe(1);
  });

  it('makes a pause within a word no more than twice as long', () => {
    const clock = new TrackClock();
    for (let at = 0; at < 100; at++) clock.positionOf(at * 960, at * 20);
    // From here on the sender is 100 ms late for good; a consonant's closure is two packets long.
    for (let at = 100; at < 250; at++) clock.positionOf(at * 960, at * 20 + 100);
    for (let at = 250; at < 252; at++) clock.positionOf(at * 960, at * 20 + 100, { isQuiet: true });
    const moved = clock.positionOf(252 * 960, 252 * 20 + 100) - 252 * 960;
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThanOrEqual(20 * 48);
  });

  it('puts a track right while it is silent', () => {
    const clock = new TrackClock();
    for (let at = 0; at < 100; at++) clock.positionOf(at * 960, at * 20 + 15, { isQuiet: true });
    for (let at = 100; at < 200; at++) clock.positionOf(at * 960, at * 20, { isQuiet: true });
    expect(clock.positionOf(200 * 960, 4000, { isQuiet: true })).toBe(4000 * 48);
  });

  it('follows a sender that lost time, as soon as a silence has shown it', () => {
    const clock = new TrackClock();
    const arrival = (at: number): number => at * 20 + (at < 500 ? 0 : 44);
    for (let at = 0; at < 700; at++) clock.positionOf(at * 960, arrival(at), { isQuiet: at >= 500 });
    expect(clock.positionOf(700 * 960, arrival(700))).toBe(arrival(700) * 48);
  });

  it('gives back in the next silence what a delay has cost', () => {
    const clock = new TrackClock();
    for (let at = 0; at < 100; at++) clock.positionOf(at * 960, at * 20);
    expect(clock.delay(480)).toBe(99 * 960 + 480);
    expect(clock.positionOf(100 * 960, 2000)).toBe(100 * 960 + 480);
    expect(clock.positionOf(101 * 960, 2020, { isQuiet: true })).toBe(101 * 960 + 480);
    expect(clock.positionOf(102 * 960, 2040, { isQuiet: true })).toBe(102 * 960);
  });

  it('cuts no voice when it gives time back: a pause between two sounds is as long as it is', () => {
    const clock = new TrackClock();
    for (let at = 0; at < 100; at++) clock.positionOf(at * 960, at * 20);
    clock.delay(100 * 48);
    let voiceEnds = 0;
    let cut = 0;
    for (let at = 100; at < 200; at++) {
      // A consonant's closure every fifth packet, and a real pause at the end.
      const isQuiet = at % 5 === 4 || at > 180;
      const position = clock.positionOf(at * 960, at * 20, { isQuiet });
      if (isQuiet) continue;
      cut += Math.max(0, voiceEnds - position);
      voiceEnds = position + 960;
    }
    expect(cut).toBe(0);
    expect(clock.positionOf(200 * 960, 4000, { isQuiet: true })).toBe(200 * 960);
  });

  it('is not moved later by a quiet packet that was overtaken', () => {
    const clock = new TrackClock();
    for (let at = 0; at < 100; at++) clock.positionOf(at * 960, at * 20);
    clock.delay(100 * 48);
    const late = 100 * 48;
    expect(clock.positionOf(102 * 960, 2040, { isQuiet: true })).toBe(102 * 960 + late);
    expect(clock.positionOf(100 * 960, 2041, { isQuiet: true })).toBe(100 * 960 + late);
  });

  it.each([
    ['all at once', (at: number) => (at >= 100 && at < 200 ? 4000 : at * 20)],
    [
      'in two heaps, as far behind as each other',
      (at: number) => (at < 50 || at >= 60 ? at * 20 : at < 53 ? 1190 : 1250),
    ],
  ])('ignores a stall whose packets then arrive %s', (_, arrival) => {
    const clock = new TrackClock();
    const positions = Array.from({ length: 400 }, (_each, at) => clock.positionOf(at * 960, arrival(at)));
    expect(positions).toEqual(positions.map((_each, at) => at * 960));
    expect(clock.anchors).toBe(1);
  });

  it('anchors again after a pause that rtp did not count', () => {
    const clock = new TrackClock();
    for (let at = 0; at < 50; at++) clock.positionOf(at * 960, at * 20);
    const positions = Array.from({ length: 30 }, (_, at) => clock.positionOf((50 + at) * 960, 5000 + at * 20));
    expect(clock.anchors).toBe(2);
    expect(positions.slice(25)).toEqual([25, 26, 27, 28, 29].map((at) => (5000 + at * 20) * 48));
  });

  it('believes a restarted sender at once', () => {
    const clock = new TrackClock();
    for (let at = 0; at < 50; at++) clock.positionOf(at * 960, at * 20);
    expect(clock.positionOf(2_000_000_000, 1000)).toBe(48_000);
    expect(clock.positionOf(2_000_000_960, 1021)).toBe(48_960);
  });

  it('follows rtp over a long silence', () => {
    const clock = new TrackClock();
    clock.positionOf(0, 0);
    expect(clock.positionOf(10 * 60 * 48_000, 10 * MINUTE + 12)).toBe(10 * 60 * 48_000);
    expect(clock.anchors).toBe(1);
  });

  it('gives up on an anchor that stays out of bounds, however restless', () => {
    const clock = new TrackClock();
    const random = lottery(5);
    for (let at = 0; at < 600; at++) clock.positionOf(at * 960, at === 0 ? 0 : 500 + at * 20 + 200 * random());
    expect(clock.anchors).toBeGreaterThan(1);
  });

  it.each([
    { ppm: -200, bound: 25 },
    { ppm: -50, bound: 25 },
    { ppm: 50, bound: 45 },
    { ppm: 200, bound: 45 },
  ])('keeps within $bound ms over ten minutes of talk at $ppm ppm', ({ ppm, bound }) => {
    const speaks = (atMs: number): boolean => atMs % (7 * SECOND) < 6 * SECOND;
    expect(worstErrorMs({ ppm, lastsMs: 10 * MINUTE, speaks })).toBeLessThan(bound);
  });

  it.each([
    { ppm: -200, bound: 40 },
    { ppm: 200, bound: 75 },
  ])('keeps within $bound ms over ten minutes without a pause at $ppm ppm', ({ ppm, bound }) => {
    expect(worstErrorMs({ ppm, lastsMs: 10 * MINUTE })).toBeLessThan(bound);
  });

  it('drifts less than 20 ms in a minute', () => {
    expect(worstErrorMs({ ppm: 100, lastsMs: MINUTE })).toBeLessThan(20);
  });
});
