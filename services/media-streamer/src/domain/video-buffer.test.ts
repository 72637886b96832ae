import { expect, it } from 'vitest';
import { VideoBuffer, type Room } from './video-buffer.ts';
import type { VideoBatch, VideoFrame } from './video-frame.ts';

const endless: Room = { take: () => true, release: () => {} };
type BatchFrame = VideoBatch['frames'][number];
const frame = (over: Partial<BatchFrame> = {}): BatchFrame => ({
  ...{ trackId: 'v1', codec: 'vp8', payload: Buffer.alloc(100), rtpTimestamp: 0, arrivedMs: 0 },
  ...{ isKey: false, width: 640, height: 360, ...over },
});
const key = (over: Partial<BatchFrame> = {}) => frame({ isKey: true, ...over });
const batch = (sequence: number, over: Partial<VideoBatch> = {}): VideoBatch => ({
  ...{ sequence, clockMs: sequence * 100, frames: [], changes: [], gaps: [], ...over },
});
const open = (room = endless, over: object = {}) =>
  new VideoBuffer({ room, shiftMs: 0, idPrefix: '', tracks: [], ...over });
const kinds = (frames: readonly Pick<VideoFrame, 'isKey'>[]) => frames.map(({ isKey }) => (isKey ? 'k' : '.')).join('');

it('begins each track with a key frame, says who waits for one, and counts what came before', () => {
  const buffer = open();
  const { taken, waiting } = buffer.add(batch(1, { frames: [frame(), key(), frame()] }));
  expect(kinds(taken)).toBe('k.');
  expect([...waiting]).toEqual(['v1']);
  expect(buffer.cut()?.tracks).toMatchObject([{ trackId: 'v1', droppedFrames: 1, isBroken: false }]);
});

it('cuts after two seconds, then each four, and where a segment would get too large', () => {
  const buffer = open();
  buffer.add(batch(1, { frames: [key()] }));
  expect([buffer.isDue(2099), buffer.isDue(2100)]).toEqual([false, true]);
  expect(buffer.cut()).toMatchObject({ sequence: 1, bytes: 100 });
  expect(buffer.cut()).toBeUndefined();
  buffer.add(batch(30));
  expect([buffer.isDue(6999), buffer.isDue(7000)]).toEqual([false, true]);
  buffer.add(batch(31, { frames: Array.from({ length: 3 }, () => key({ payload: Buffer.alloc(1_500_000) })) }));
  expect(buffer.isDue(3100)).toBe(true);
});

it('drops what finds no room up to the next key frame of its track, and goes on with the others', () => {
  let bytes = 0;
  const room = {
    take: (more: number) => bytes + more <= 250 && !!(bytes += more),
    release: (less: number) => void (bytes -= less),
  };
  const buffer = open(room);
  const other = { trackId: 'v2' };
  buffer.add(batch(1, { frames: [key(), key(other), frame(), frame()] }));
  const cut = buffer.cut()!;
  expect(cut.tracks.map(({ frames, droppedFrames }) => [kinds(frames), droppedFrames])).toEqual([
    ['k', 2],
    ['k', 0],
  ]);
  buffer.release(cut);
  const { taken } = buffer.add(batch(2, { frames: [frame(), frame(other), key()] }));
  expect(taken.map(({ trackId, isKey, isAfterGap }) => [trackId, isKey, isAfterGap])).toEqual([
    ['v2', false, false],
    ['v1', true, true],
  ]);
});

it('marks what follows frames that were dropped on the way, in the order of their times', () => {
  const buffer = open();
  const gaps = [{ trackId: 'v1', frames: 7, atMs: 30 }];
  const frames = [key({ arrivedMs: 10 }), frame({ arrivedMs: 30 }), key({ arrivedMs: 60 }), frame({ arrivedMs: 70 })];
  const { taken } = buffer.add(batch(1, { frames, gaps }));
  expect(taken.map(({ isAfterGap }) => isAfterGap)).toEqual([false, false, true, false]);
  expect(buffer.cut()?.tracks[0]).toMatchObject({ droppedFrames: 7 });
  buffer.breakAll();
  expect(kinds(buffer.add(batch(4, { frames: [frame(), key()] })).taken)).toBe('k');
});

it('has another track where a sender goes on with another codec, also in the next process', () => {
  const first = open(endless, { idPrefix: 'epoch-2/', shiftMs: 5000 });
  first.add(batch(1, { frames: [key({ arrivedMs: 1 }), frame({ codec: 'vp9' }), key({ codec: 'vp9' }), key()] }));
  const cut = first.cut()!;
  expect(cut.tracks.map(({ trackId, frames }) => [trackId, kinds(frames)])).toEqual([
    ['epoch-2/v1', 'kk'],
    ['epoch-2/v1/vp9', 'k'],
  ]);
  expect(cut.tracks[0]!.frames[0]).toMatchObject({ arrivedMs: 5001 });
  const numbers = { idPrefix: 'epoch-2/', fromMs: 0, toMs: 0, width: 0, height: 0, bytes: 0 };
  const tracks = cut.tracks.map((track) => ({ ...track, ...numbers, frames: 1 }));
  const next = open(endless, { idPrefix: 'epoch-2/', tracks });
  const { taken } = next.add(batch(2, { frames: [frame({ codec: 'vp9' })] }));
  expect(taken.map(({ trackId }) => trackId)).toEqual(['epoch-2/v1/vp9']);
  expect(next.tracks.map(({ trackId }) => trackId)).toEqual(['epoch-2/v1', 'epoch-2/v1/vp9']);
  expect(next.pageIdOf('epoch-2/v1/vp9')).toBe('v1');
});

it('takes no more tracks than any meeting has, and no frame that no reader takes', () => {
  const buffer = open();
  const frames = Array.from({ length: 300 }, (_, index) => key({ trackId: `v${index}` }));
  expect(buffer.add(batch(1, { frames })).taken).toHaveLength(200);
  const huge = key({ payload: Buffer.alloc(2 * 1024 * 1024 + 1) });
  expect(open().add(batch(1, { frames: [huge, frame()] })).taken).toHaveLength(0);
});
