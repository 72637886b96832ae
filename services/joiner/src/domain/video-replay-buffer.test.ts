import { describe, expect, it } from 'vitest';
import type { VideoBatch, VideoFrame, VideoTrackChange } from './video-batch.ts';
import { VideoReplayBuffer } from './video-replay-buffer.ts';

const frame = (at: number, more: Partial<VideoFrame> = {}): VideoFrame => ({
  ...{ trackId: 'a', codec: 'vp8', payload: new Uint8Array(1000), rtpTimestamp: at, arrivedMs: at, isKey: false },
  ...{ width: 1, height: 1 },
  ...more,
});
const key = (at: number, more: Partial<VideoFrame> = {}) => frame(at, { isKey: true, ...more });
const batch = (clockMs: number, frames: readonly VideoFrame[], more: Partial<VideoBatch> = {}): VideoBatch => ({
  ...{ clockMs, frames, tracks: [], gaps: [] },
  ...more,
});
const change = (trackId: string, participantId: string): VideoTrackChange => ({
  ...{ trackId, participantId, source: 'webcam', atMs: 0, hasEnded: false },
});
const times = (frames: readonly VideoFrame[] = []) => frames.map(({ trackId, arrivedMs }) => `${trackId}${arrivedMs}`);

describe('VideoReplayBuffer', () => {
  it('numbers batches, and forgets what is acknowledged', () => {
    const buffer = new VideoReplayBuffer({ maxMs: 1000, maxBytes: 1e6 });
    for (let at = 1; at <= 4; at += 1) buffer.push(batch(at * 100, [key(at)]));
    buffer.acknowledge(2);
    expect([buffer.first, buffer.next, buffer.at(2), buffer.at(3)?.clockMs, buffer.at(5)]).toEqual([
      ...[3, 5, undefined, 300, undefined],
    ]);
    buffer.acknowledge(99);
    expect([buffer.first, buffer.next, buffer.droppedFrames]).toEqual([5, 5, 0]);
  });

  it('drops the oldest, and of each of their tracks all up to its next key frame', () => {
    const buffer = new VideoReplayBuffer({ maxMs: 300, maxBytes: 1e6 });
    buffer.push(batch(0, [key(0), key(1, { trackId: 'b' })], { tracks: [change('a', ''), change('b', 'Ben')] }));
    buffer.push(batch(100, [frame(100), frame(101, { trackId: 'b' })], { tracks: [change('a', 'Ann')] }));
    buffer.push(batch(200, [frame(200), key(201, { trackId: 'b' })]));
    buffer.push(batch(300, [frame(300), key(301), frame(302), frame(303, { trackId: 'b' })]));
    expect(buffer.droppedFrames).toBe(0);
    buffer.push(batch(301, []));
    expect(buffer.at(1)).toEqual({ sequence: 1, clockMs: 0, frames: [], tracks: [], gaps: [] });
    expect(buffer.at(2)).toMatchObject({ frames: [], tracks: [change('a', 'Ann'), change('b', 'Ben')] });
    expect(buffer.at(2)?.gaps).toEqual([
      { trackId: 'a', frames: 4, atMs: 0 },
      { trackId: 'b', frames: 2, atMs: 1 },
    ]);
    expect([3, 4].map((sequence) => times(buffer.at(sequence)?.frames))).toEqual([['b201'], ['a301', 'a302', 'b303']]);
    expect(buffer.droppedFrames).toBe(6);
  });

  it('counts each frame of a gap once, however often it has to drop, up to a key frame that comes later', () => {
    const buffer = new VideoReplayBuffer({ maxMs: 250, maxBytes: 1e6 });
    for (let at = 0; at < 10; at += 1) buffer.push(batch(at * 100, [at === 0 ? key(0) : frame(at * 100)]));
    const gaps = Array.from({ length: 10 }, (_, at) => buffer.at(at + 1)?.gaps ?? []).flat();
    expect(gaps.reduce((sum, { frames }) => sum + frames, 0)).toBe(10);
    expect(gaps[0]).toMatchObject({ trackId: 'a', atMs: 0 });
    buffer.push(batch(1000, [key(1000), frame(1001)]));
    expect(times(buffer.at(11)?.frames)).toEqual(['a1000', 'a1001']);
    expect(buffer.droppedFrames).toBe(10);
  });

  it('stays within its bytes', () => {
    const buffer = new VideoReplayBuffer({ maxMs: 1e9, maxBytes: 20_000 });
    for (let at = 0; at < 100; at += 1) buffer.push(batch(at, [key(at)]));
    const kept = Array.from({ length: 100 }, (_, at) => buffer.at(at + 1)?.frames.length ?? 0);
    const sum = kept.reduce((all, count) => all + count, 0);
    expect(sum).toBeGreaterThan(10);
    expect(sum).toBeLessThan(20);
    expect(buffer.droppedFrames).toBe(100 - sum);
    expect(kept.at(-1)).toBe(1);
  });
});
