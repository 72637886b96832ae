import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeFrames, type PageFrame } from '../page-protocol/frame-layout.ts';
import type { PageMessage, SpeakingEvent } from '../page-protocol/page-message.ts';
import { FrameBatcher } from './frame-batcher.ts';
import { now } from './now.ts';

/** What a receiver takes of one message, characters: browser/page-report.ts. */
const MAX_MESSAGE = 256 * 1024;

const frame = (more: Partial<PageFrame> = {}): PageFrame => ({
  ...{ track: 1, codec: 'opus', level: 30, rtpTimestamp: 960, source: 0, arrivedAt: now() },
  payload: Uint8Array.of(1, 2, 3),
  ...more,
});
const speaking = (id: string): SpeakingEvent => ({ kind: 'speaking', at: now(), participantIds: [id] });

describe('FrameBatcher', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function createBatcher({ isTop = false } = {}) {
    const sent: (Omit<PageMessage, 'frames'> & { frames: PageFrame[]; size: number })[] = [];
    const send = (text: string) => {
      const message = JSON.parse(text) as PageMessage;
      const { frames } = decodeFrames(Buffer.from(message.frames, 'base64'));
      sent.push({ ...message, frames, size: text.length });
    };
    return { batcher: new FrameBatcher({ send, isTop, flushIntervalMs: 100 }), sent };
  }

  it('sends with a tick all that came before it, and nothing with one before which nothing came', async () => {
    const { batcher, sent } = createBatcher();
    await vi.advanceTimersByTimeAsync(300);
    expect(sent).toEqual([]);
    batcher.frame(frame());
    batcher.frame(frame({ track: 2, codec: 'red' }));
    batcher.video(7);
    batcher.event(speaking('ann'));
    batcher.connected = () => [4];
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toMatchObject([
      { isTop: false, at: now(), videoTracks: [7], connected: [4], frames: [{ track: 1 }, { track: 2, codec: 'red' }] },
    ]);
    expect(sent[0]?.events).toMatchObject([{ kind: 'speaking', participantIds: ['ann'] }]);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toHaveLength(1);
  });

  it('reports the time of a page of its own where nothing else comes', async () => {
    const { sent } = createBatcher({ isTop: true });
    await vi.advanceTimersByTimeAsync(300);
    expect(sent.map(({ isTop, at }) => [isTop, at])).toEqual([200, 100, 0].map((agoMs) => [true, now() - agoMs]));
  });

  it('drains what waits before it sends, and forgets what has ended', async () => {
    const { batcher, sent } = createBatcher();
    const drain = vi.fn(async () => batcher.frame(frame({ rtpTimestamp: 5 })));
    const { promise: closed, resolve: end } = Promise.withResolvers<void>();
    batcher.empty({ drain, closed });
    await vi.advanceTimersByTimeAsync(100);
    expect(sent[0]?.frames).toMatchObject([{ rtpTimestamp: 5 }]);
    end();
    await vi.advanceTimersByTimeAsync(200);
    expect(drain).toHaveBeenCalledOnce();
  });

  it('sends before its buffer is full, no report larger than its receiver reads, and no frame twice', async () => {
    const { batcher, sent } = createBatcher();
    for (let at = 0; at < 500; at += 1) batcher.frame(frame({ rtpTimestamp: at, payload: new Uint8Array(1000) }));
    for (let at = 0; at < 3000; at += 1) batcher.event(speaking('x'.repeat(100)));
    await vi.advanceTimersByTimeAsync(100);
    expect(sent.flatMap(({ frames }) => frames.map(({ rtpTimestamp }) => rtpTimestamp))).toEqual([
      ...Array(500).keys(),
    ]);
    expect(sent.flatMap(({ events }) => events)).toHaveLength(3000);
    expect(Math.max(...sent.map(({ size }) => size))).toBeLessThan(MAX_MESSAGE);
  });

  it('leaves out what fits no report, and nothing else', async () => {
    const { batcher, sent } = createBatcher();
    batcher.frame(frame({ payload: new Uint8Array(70_000) }));
    batcher.event(speaking('x'.repeat(200_000)));
    batcher.frame(frame());
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toMatchObject([{ frames: [{ track: 1 }], events: [] }]);
  });

  it('sends at once what a report of another document may depend on', () => {
    const { batcher, sent } = createBatcher();
    batcher.urgent({ kind: 'connection', connection: 0, local: [], remote: [], sends: false });
    expect(sent).toMatchObject([{ events: [{ kind: 'connection' }] }]);
  });

  it('lacks receivers until one gives sound, and again two seconds behind the last', async () => {
    const { batcher } = createBatcher();
    batcher.output(frame());
    expect(batcher.lacksReceivers()).toBe(true);
    batcher.frame(frame());
    await vi.advanceTimersByTimeAsync(2000);
    expect(batcher.lacksReceivers()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(batcher.lacksReceivers()).toBe(true);
  });
});
