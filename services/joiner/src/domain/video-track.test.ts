import { describe, expect, it } from 'vitest';
import { VideoPreroll } from './video-preroll.ts';
import { VideoTrack, type ReceivedFrame } from './video-track.ts';

const PICTURE = 6000;
const frame = (at: number, more: Partial<ReceivedFrame> = {}): ReceivedFrame => ({
  ...{ codec: 'vp8', payload: Uint8Array.of(at), rtpTimestamp: at * PICTURE, arrivedMs: at * 67, isKey: false },
  ...{ width: 320, height: 180, dropped: 0 },
  ...more,
});
const key = (at: number, more: Partial<ReceivedFrame> = {}) => frame(at, { isKey: true, ...more });

function createTrack() {
  const track = new VideoTrack({ id: 'video-1', source: 'webcam', participantId: '' });
  /** Which pictures go out, by their first byte. */
  const take = (...frames: readonly ReceivedFrame[]) => frames.flatMap((each) => track.take(each)?.payload[0] ?? []);
  return { track, take };
}

describe('VideoTrack', () => {
  it('lets nothing out before the first key frame, and counts it without telling of a gap', () => {
    const { track, take } = createTrack();
    expect(track.needsKeyFrame).toBe(true);
    expect(take(frame(1), frame(2), key(3), frame(4))).toEqual([3, 4]);
    expect([track.dropped, track.takeGap(), track.needsKeyFrame]).toEqual([2, undefined, false]);
  });

  it('lets out what was whole a little later than those behind it, once', () => {
    const { track, take } = createTrack();
    expect(take(key(1), frame(3), frame(2), frame(2), frame(4), frame(3))).toEqual([1, 3, 2, 4]);
    expect([track.dropped, track.takeGap()]).toEqual([0, undefined]);
  });

  it('passes over what was sent before the last key frame', () => {
    const { track, take } = createTrack();
    expect(take(key(1), key(3), frame(2), frame(4))).toEqual([1, 3, 4]);
    expect(track.takeGap()).toBeUndefined();
  });

  it('drops what is too late, and all that follows up to the next key frame, as one gap', () => {
    const { track, take } = createTrack();
    expect(take(key(1), frame(20), frame(2), frame(21), key(22), frame(23))).toEqual([1, 20, 22, 23]);
    expect(track.takeGap()).toEqual({ trackId: 'video-1', frames: 2, atMs: 134 });
    expect(track.takeGap()).toBeUndefined();
  });

  it('takes a layer that comes again for no layer more', () => {
    const { track } = createTrack();
    const codec = 'vp9' as const;
    track.take(key(1, { codec }));
    const layer = frame(1, { codec, payload: Uint8Array.of(91) });
    for (const each of [layer, layer, key(1, { codec })]) expect(track.take(each)).toBeUndefined();
    expect([...(track.take(frame(2, { codec }))?.payload ?? [])]).toEqual([1, 91]);
  });

  it('counts what its page dropped, and what could not be sent', () => {
    const { track, take } = createTrack();
    expect(take(key(1), key(4, { dropped: 2 }), frame(5))).toEqual([1, 4, 5]);
    expect(track.takeGap()).toEqual({ trackId: 'video-1', frames: 2, atMs: 268 });
    track.lose(frame(5));
    expect(take(frame(6), key(7))).toEqual([7]);
    expect(track.takeGap()).toEqual({ trackId: 'video-1', frames: 2, atMs: 335 });
    expect(track.dropped).toBe(4);
  });

  it('goes on by time stamps that wrap around, and with a key frame of another beginning', () => {
    const { take } = createTrack();
    const late = (at: number) => ({ rtpTimestamp: (0xffff_ffff - 5 + at) >>> 0 });
    expect(take(key(1, late(1)), frame(2, late(7)), frame(3, late(20)))).toEqual([1, 2, 3]);
    expect(take(frame(4, { rtpTimestamp: 9e8 }), key(5, { rtpTimestamp: 5 }), frame(6, { rtpTimestamp: 9 }))).toEqual([
      ...[4, 5, 6],
    ]);
  });

  it('makes one picture of its layers, whole once the next one comes, and tells its size with each', () => {
    const { track } = createTrack();
    const codec = 'vp9' as const;
    const none = { codec, width: 0, height: 0 };
    expect(track.take(key(1, { codec }))).toBeUndefined();
    expect(track.take(frame(1, { ...none, payload: Uint8Array.of(91) }))).toBeUndefined();
    expect(track.take(frame(2, none))).toMatchObject({
      ...{ payload: Uint8Array.of(1, 91), isKey: true, width: 320, height: 180, rtpTimestamp: PICTURE },
    });
    expect(track.flush()).toMatchObject({ payload: Uint8Array.of(2), isKey: false, width: 320, height: 180 });
    expect(track.flush()).toBeUndefined();
  });

  it('is out while the budget has no room, and back with a key frame', () => {
    const { track, take } = createTrack();
    take(key(1));
    track.isAdmitted = false;
    expect(take(frame(2), key(3))).toEqual([]);
    track.isAdmitted = true;
    expect(take(frame(4), key(5))).toEqual([5]);
    expect(track.takeGap()?.frames).toBe(3);
    expect([track.takeBytes(), track.takeBytes()]).toEqual([5, 0]);
  });
});

describe('VideoPreroll', () => {
  it('has the last key frame and what came behind it, as of the beginning', () => {
    const preroll = new VideoPreroll();
    for (const each of [frame(1), key(2), frame(3), key(4), frame(5)]) preroll.keep(each);
    expect(preroll.take(400).map(({ payload, arrivedMs }) => [payload[0], arrivedMs])).toEqual([
      [4, 0],
      [5, 0],
    ]);
    expect(preroll.take(400)).toEqual([]);
  });

  it('keeps nothing that is old or large', () => {
    const preroll = new VideoPreroll();
    preroll.keep(key(1));
    expect(preroll.take(3068)).toEqual([]);
    preroll.keep(key(1));
    preroll.keep(frame(2, { payload: new Uint8Array(2 * 1024 * 1024) }));
    preroll.keep(frame(3));
    expect(preroll.take(200)).toEqual([]);
  });
});
