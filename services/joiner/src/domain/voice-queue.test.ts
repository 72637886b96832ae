import { expect, it } from 'vitest';
import { MAX_QUEUED_MS, VOICE_RATE, type SpeechEvent } from './bot-voice.ts';
import { PIECE_SAMPLES, VoiceQueue } from './voice-queue.ts';

const samplesOf = (ms: number) => (ms * VOICE_RATE) / 1000;
/** Samples that count up, so that each is known. */
const pcmOf = (ms: number, from = 0) => Int16Array.from({ length: samplesOf(ms) }, (_, at) => (from + at) & 0x7fff);
const chunk = (speechId: string, ms: number, isLast = false) =>
  ({ speechId, source: 'socket', pcm: pcmOf(ms), isLast }) as const;

function takeAll(queue: VoiceQueue): number[] {
  const all: number[] = [];
  while (queue.waitingSamples > 0) {
    const piece = queue.take();
    expect(piece.length).toBeLessThanOrEqual(PIECE_SAMPLES);
    all.push(...piece);
  }
  return all;
}

const brief = (events: readonly SpeechEvent[]) =>
  events.map(({ case: what, speech }) =>
    what === 'started'
      ? `${speech.speechId} started`
      : `${speech.speechId} ${speech.outcome} ${speech.heardMs} of ${speech.totalMs}`,
  );

it('gives what was queued, whole and in order, whatever the sizes of its chunks', () => {
  const queue = new VoiceQueue();
  const whole = pcmOf(700);
  for (let at = 0, size = 1; at < whole.length; at += size, size = (size * 7) % 5003) {
    queue.push({ speechId: 'a', source: 'api', pcm: whole.subarray(at, at + size) });
  }
  expect(takeAll(queue)).toEqual([...whole]);
});

it('has room for a minute, and takes all of a chunk or nothing', () => {
  const queue = new VoiceQueue();
  queue.push(chunk('a', MAX_QUEUED_MS - 10));
  expect(() => queue.push(chunk('a', 11))).toThrow(expect.objectContaining({ code: 'resource-exhausted' }));
  queue.push(chunk('a', 10));
  expect(queue.waitingSamples).toBe(samplesOf(MAX_QUEUED_MS));
});

it('reports each speech when it begins to sound and when all of it was heard', () => {
  const queue = new VoiceQueue();
  queue.push(chunk('a', 30));
  queue.push(chunk('b', 20, true));
  queue.push(chunk('a', 10, true));
  takeAll(queue);
  expect(brief(queue.sound({ stop: 0, samples: 1, at: 5 }))).toEqual(['a started']);
  expect(queue.soundedOf(samplesOf(100))).toBe(samplesOf(30));
  expect(brief(queue.sound({ stop: 0, samples: samplesOf(50), at: 60 }))).toEqual(['b started']);
  expect(brief(queue.complete(60))).toEqual(['b completed 20 of 20']);
  queue.sound({ stop: 0, samples: samplesOf(60), at: 70 });
  expect(queue.complete(70)).toMatchObject([{ at: 70, speech: { speechId: 'a', outcome: 'completed', heardMs: 40 } }]);
  expect(queue.isIdle).toBe(true);
});

it('takes a speech without a known end for over a second after the last of it was heard', () => {
  const queue = new VoiceQueue();
  queue.push(chunk('a', 20));
  takeAll(queue);
  queue.sound({ stop: 0, samples: samplesOf(20), at: 1000 });
  expect(queue.complete(1999)).toEqual([]);
  queue.push(chunk('a', 20));
  expect(queue.complete(2500)).toEqual([]);
  takeAll(queue);
  queue.sound({ stop: 0, samples: samplesOf(40), at: 3000 });
  expect(brief(queue.complete(4000))).toEqual(['a completed 40 of 40']);
  // Its end comes late, and begins nothing.
  queue.push({ ...chunk('a', 0, true) });
  expect(queue.isIdle).toBe(true);
});

it('drops all at a stop, and says how much was heard when that is known', () => {
  const queue = new VoiceQueue();
  queue.push(chunk('a', 200));
  queue.push(chunk('b', 100, true));
  for (let pieces = 0; pieces < 5; pieces += 1) queue.take();
  queue.sound({ stop: 0, samples: samplesOf(40), at: 50 });
  expect(queue.stop('barge-in', 60)).toEqual({ stop: 1, speechIds: ['a', 'b'] });
  expect(queue.waitingSamples + queue.sentSamples).toBe(0);
  // What is said next waits for its turn, and is not taken for what was stopped.
  queue.push(chunk('c', 20, true));
  takeAll(queue);
  expect(queue.sound({ stop: 0, samples: samplesOf(50), at: 60 })).toEqual([]);
  expect(brief(queue.sound({ stop: 1, samples: samplesOf(60), at: 65 }))).toEqual([
    'a barge-in 60 of 200',
    'b barge-in 0 of 100',
  ]);
  expect(brief(queue.sound({ stop: 1, samples: samplesOf(80), at: 90 }))).toEqual(['c started']);
  expect(brief(queue.complete(90))).toEqual(['c completed 20 of 20']);
});

it('ends what was stopped with what is known where nobody answers', () => {
  const queue = new VoiceQueue();
  queue.push(chunk('a', 100));
  takeAll(queue);
  queue.sound({ stop: 0, samples: samplesOf(40), at: 50 });
  queue.stop('interrupted', 60);
  expect(queue.settle(59)).toEqual([]);
  expect(brief(queue.settle(60))).toEqual(['a interrupted 40 of 100']);
  expect(queue.isIdle).toBe(true);
});

it('takes nothing for heard that was not sent', () => {
  const queue = new VoiceQueue();
  queue.push(chunk('a', 100, true));
  queue.take();
  queue.sound({ stop: 0, samples: 1e9, at: 1 });
  expect(queue.complete(10_000)).toEqual([]);
  queue.stop('left', 5);
  expect(brief(queue.settle(5))).toEqual(['a left 20 of 100']);
});
