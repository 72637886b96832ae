import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeVideoMessage, type PageVideoFrame } from '../page-protocol/video-layout.ts';
import { now } from './now.ts';
import { VideoSender } from './video-sender.ts';

const frame = (track: number, at: number, more: Partial<PageVideoFrame> = {}) => ({
  ...{ track, codec: 'vp8' as const, isKey: false, width: 0, height: 0, rtpTimestamp: at, arrivedAt: now() },
  ...{ payload: Uint8Array.of(at) },
  ...more,
});
const key = (track: number, at: number) => frame(track, at, { isKey: true });

describe('VideoSender', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function createSender() {
    const sent: (readonly [track: number, at: number, dropped: number])[][] = [];
    const socket = {
      ...{ isOpen: true, isClosed: false, takes: true },
      send(bytes: Uint8Array) {
        const { frames = [], document } = decodeVideoMessage(bytes) ?? {};
        if (socket.takes && document === 7)
          sent.push(frames.map(({ track, rtpTimestamp, dropped }) => [track, rtpTimestamp, dropped]));
        return socket.takes;
      },
    };
    let tell: (text: string) => void = () => {};
    const open = vi.fn((onMessage: (text: string) => void) => {
      tell = onMessage;
      return socket;
    });
    const sender = new VideoSender({ document: 7, open });
    const take = (...frames: readonly ReturnType<typeof frame>[]) => frames.forEach((each) => sender.take(each));
    return { sender, socket, sent, take, open, tell: (text: string) => tell(text) };
  }

  it('sends all that waits in one message, and opens no socket before', () => {
    const { sender, sent, take, open } = createSender();
    sender.flush();
    expect(open).not.toHaveBeenCalled();
    take(key(1, 1), frame(1, 2), key(2, 3));
    sender.flush();
    expect(sent).toEqual([
      [
        [1, 1, 0],
        [1, 2, 0],
        [2, 3, 0],
      ],
    ]);
  });

  it('drops of what found no way all up to the next key frame, and tells how many', () => {
    const { sender, socket, sent, take } = createSender();
    socket.takes = false;
    take(key(1, 1), frame(1, 2), key(2, 3));
    sender.flush();
    socket.takes = true;
    take(frame(1, 4), frame(2, 5), key(1, 6), frame(1, 7), frame(2, 8));
    sender.flush();
    take(key(2, 9));
    sender.flush();
    expect(sent).toEqual([
      [
        [1, 6, 3],
        [1, 7, 0],
      ],
      [[2, 9, 3]],
    ]);
  });

  it('keeps what comes while its socket connects, a message at most', () => {
    const { sender, socket, sent, take } = createSender();
    socket.isOpen = false;
    take(key(1, 1));
    sender.flush();
    socket.isOpen = true;
    sender.flush();
    expect(sent).toEqual([[[1, 1, 0]]]);
    socket.isOpen = socket.takes = false;
    take(frame(1, 2, { payload: new Uint8Array(2_000_000) }), frame(1, 3));
    sender.flush();
    socket.isOpen = socket.takes = true;
    take(frame(1, 4), key(1, 5));
    sender.flush();
    expect(sent.slice(1)).toEqual([[[1, 5, 3]]]);
  });

  it('opens a socket again that was closed, not more often than each five seconds', () => {
    const { sender, socket, take, open } = createSender();
    take(key(1, 1));
    sender.flush();
    Object.assign(socket, { isOpen: false, isClosed: true, takes: false });
    for (let at = 0; at < 12; at += 1) {
      take(key(1, at));
      sender.flush();
      vi.advanceTimersByTime(1000);
    }
    expect(open).toHaveBeenCalledTimes(3);
  });

  it('leaves out a frame that fits no message', () => {
    const { sender, sent, take } = createSender();
    take(key(1, 1), frame(1, 2, { payload: new Uint8Array(4 * 1024 * 1024) }), frame(1, 3), key(1, 4));
    sender.flush();
    expect(sent).toEqual([
      [
        [1, 1, 0],
        [1, 4, 2],
      ],
    ]);
  });

  it('answers once that a key frame is wished for, by its own document', () => {
    const { sender, take, tell } = createSender();
    take(key(1, 1));
    sender.flush();
    tell('8:1');
    expect(sender.takeWish(1)).toBe(false);
    tell('7:1');
    expect([sender.takeWish(2), sender.takeWish(1), sender.takeWish(1)]).toEqual([false, true, false]);
  });
});
