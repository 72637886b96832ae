import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { queueFrames, queueVideoFrames } from './frame-queue.ts';

/** A receiver's stream that frames are put into by hand. */
function createStream() {
  let controller: ReadableStreamDefaultController<EncodedFrame> | undefined;
  const stream = new ReadableStream<EncodedFrame>(
    { start: (given) => void (controller = given) },
    { highWaterMark: 60 },
  );
  const put = async (...sizes: number[]) => {
    for (const size of sizes) controller?.enqueue({ data: new ArrayBuffer(size), getMetadata: () => ({}) });
    await turn();
  };
  return { stream, put, close: () => controller?.close() };
}
/** Lets what a stream has settle; nothing in it takes time. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('queueFrames', () => {
  it('leaves frames where they are until it is drained, then takes all that wait in their order', async () => {
    const { stream, put } = createStream();
    const taken: number[] = [];
    const queue = queueFrames(stream, ({ data }) => void taken.push(data.byteLength));
    await put(1, 2, 3);
    expect(taken).toEqual([]);
    await queue.drain(0);
    expect(taken).toEqual([1, 2, 3]);
    await queue.drain(0);
    await put(4);
    await queue.drain(0);
    expect(taken).toEqual([1, 2, 3, 4]);
  });

  it('takes what is urgent at once, and goes on behind a frame that cannot be read', async () => {
    const { stream, put } = createStream();
    const taken: number[] = [];
    const take = ({ data }: EncodedFrame) => {
      if (data.byteLength === 2) throw new TypeError('detached');
      taken.push(data.byteLength);
    };
    queueFrames(stream, take, () => true);
    await put(1, 2, 3);
    expect(taken).toEqual([1, 3]);
  });

  it('says when nothing more comes', async () => {
    const { stream, put, close } = createStream();
    const queue = queueFrames(stream, () => {});
    await put();
    close();
    await expect(queue.closed).resolves.toBeUndefined();
  });
});

describe('queueVideoFrames', () => {
  let nowMs = 100_000;
  beforeEach(() => void vi.spyOn(performance, 'now').mockImplementation(() => nowMs));
  afterEach(() => void vi.restoreAllMocks());

  it('takes frames as they come where they begin, then with every slow tick, and as they come behind a pause', async () => {
    const { stream, put } = createStream();
    let taken = 0;
    const queue = queueVideoFrames(stream, () => void (taken += 1));
    await put(1, 1);
    expect(taken).toBe(2);
    // It keeps coming for longer than a beginning lasts.
    for (let at = 0; at < 6; at += 1) {
      nowMs += 900;
      await put(1);
    }
    const before = taken;
    await put(1);
    expect(taken).toBe(before);
    await queue.drain(1000);
    expect(taken).toBeGreaterThan(before);
    const drained = taken;
    nowMs += 100;
    await put(1);
    await queue.drain(1300);
    expect(taken).toBe(drained);
    await queue.drain(1350);
    expect(taken).toBe(drained + 1);
    nowMs += 1500;
    await put(1);
    expect(taken).toBe(drained + 2);
  });
});
