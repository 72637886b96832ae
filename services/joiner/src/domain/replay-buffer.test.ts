import { describe, expect, it } from 'vitest';
import type { ChatEntry, IngestBatch } from './ingest-batch.ts';
import { ReplayBuffer } from './replay-buffer.ts';

const noCaptions = { captions: [], captionsShown: undefined };
const chatEntry: ChatEntry = { messageId: '1', senderName: 'Ann', senderId: '', text: 'hello', atMs: 5 };

function batch(clockMs: number, bytes = 80, chat: ChatEntry[] = []): IngestBatch {
  const frame = { trackId: 'a', codec: 'opus' as const, rtpTimestamp: 0, arrivedMs: clockMs, level: 30 };
  return {
    clockMs,
    frames: [{ ...frame, payload: new Uint8Array(bytes) }],
    participants: [],
    chat,
    speaking: [],
    ...noCaptions,
  };
}

describe('ReplayBuffer', () => {
  it('numbers from one and keeps until acknowledged', () => {
    const ring = new ReplayBuffer({ maxMs: 1000, maxBytes: 1e6 });
    for (const clockMs of [25, 50, 75]) ring.push(batch(clockMs));
    expect([1, 2, 3, 4].map((sequence) => ring.at(sequence)?.clockMs)).toEqual([25, 50, 75, undefined]);
    ring.acknowledge(2);
    expect([1, 2, 3].map((sequence) => ring.at(sequence)?.clockMs)).toEqual([undefined, undefined, 75]);
    expect(ring.first).toBe(3);
    expect(ring.next).toBe(4);
  });

  it('knows of a batch without its sound that it was of a pause', () => {
    const ring = new ReplayBuffer({ maxMs: 100, maxBytes: 1e6 });
    ring.push({ ...batch(50), isPaused: true });
    ring.push({ ...batch(170), isPaused: true });
    expect([1, 2].map((sequence) => ring.at(sequence))).toMatchObject([
      { isSoundLost: true, isPaused: true },
      { isPaused: true },
    ]);
    ring.push(batch(350));
    ring.push(batch(550));
    expect([3, 4].map((sequence) => ring.at(sequence)?.isPaused)).toEqual([undefined, undefined]);
  });

  it('keeps the captions that are final when it gives up sound', () => {
    const ring = new ReplayBuffer({ maxMs: 100, maxBytes: 1e6 });
    const caption = { trackId: 'c', participantId: '', speakerName: 'Ann', text: 'hello', startMs: 0, endMs: 40 };
    const captions = [
      { ...caption, isFinal: false },
      { ...caption, isFinal: true },
    ];
    ring.push({ ...batch(50), captions });
    ring.push(batch(170));
    expect(ring.at(2)?.captions).toEqual([{ ...caption, isFinal: true }]);
  });

  it('gives up the oldest sound when too long, keeping numbers and chat', () => {
    const ring = new ReplayBuffer({ maxMs: 100, maxBytes: 1e6 });
    ring.push(batch(25));
    ring.acknowledge(1);
    ring.push(batch(50, 80, [chatEntry]));
    ring.push(batch(75));
    ring.push(batch(170));
    expect(ring.droppedFrames).toBe(1);
    expect(ring.at(2)).toEqual({
      sequence: 2,
      clockMs: 25,
      frames: [],
      participants: [],
      chat: [],
      speaking: [],
      ...noCaptions,
      isSoundLost: true,
    });
    expect(ring.at(3)?.chat).toEqual([chatEntry]);
    expect(ring.at(3)?.frames).toHaveLength(1);
  });

  it('stays within its bytes', () => {
    const ring = new ReplayBuffer({ maxMs: 1e6, maxBytes: 5000 });
    for (let index = 0; index < 100; index++) ring.push(batch(index, 800));
    expect(ring.droppedFrames).toBe(95);
    expect(ring.at(100)?.frames).toHaveLength(1);
    expect(ring.at(95)?.frames).toHaveLength(0);
    expect([95, 100].map((sequence) => ring.at(sequence)?.isSoundLost ?? false)).toEqual([true, false]);
  });

  it('survives acknowledgements from beyond', () => {
    const ring = new ReplayBuffer({ maxMs: 1000, maxBytes: 1e6 });
    ring.push(batch(25));
    ring.acknowledge(70);
    ring.push(batch(50));
    expect(ring.at(2)?.clockMs).toBe(50);
  });

  it('stays whole over many batches', () => {
    const ring = new ReplayBuffer({ maxMs: 1e9, maxBytes: 1e9 });
    for (let index = 1; index <= 10_000; index++) {
      ring.push(batch(index, 1));
      if (index > 50) ring.acknowledge(index - 50);
    }
    expect(ring.at(9_951)?.clockMs).toBe(9_951);
    expect(ring.at(10_000)?.clockMs).toBe(10_000);
    expect(ring.first).toBe(9_951);
  });
});
