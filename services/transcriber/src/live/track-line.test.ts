import { FakeClock, SECOND, silentLog, type Log } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import type { CloseReason, OpenOptions } from '../engines/speech-engine.ts';
import { TrackLine } from './track-line.ts';

const word = { text: 'word', punctuated: 'word', startMs: 0, endMs: 400, confidence: 1 };
const said = { text: 'word', words: [word], startMs: 0, endMs: 400 };

/** A track whose provider hears a word in each session at once; `finishes` says of each whether it is also finished. */
function setUp(finishes: readonly boolean[]) {
  const clock = new FakeClock();
  const told: string[] = [];
  const warned: string[] = [];
  const log: Log = { ...silentLog, warn: (message) => void warned.push(message) };
  let sessions = 0;
  let open = 0;
  const stopping = new AbortController();
  const line = new TrackLine({
    ...{ committedMs: 0, isBySentence: false, clock, log, signal: stopping.signal },
    async open({ onPartial, onFinal, signal }: Pick<OpenOptions, 'onPartial' | 'onFinal' | 'signal'>) {
      const isFinishing = finishes[sessions++] ?? false;
      const closed = Promise.withResolvers<CloseReason>();
      open++;
      void closed.promise.then(() => open--);
      signal.addEventListener('abort', () => closed.resolve({ kind: 'cancelled' }), { once: true });
      return {
        send: () => onPartial(said),
        finalize: () => isFinishing && onFinal({ ...said, isTurnEnd: true }),
        close: () => closed.promise,
        closed: closed.promise,
      };
    },
    onPartial() {},
    onFinal: ({ text }) => void told.push(text),
    onHeard: (heardMs) => void told.push(`heard ${heardMs}`),
    onLost: () => false,
    onRefused: ({ code }) => void told.push(code),
  });
  line.take({ kind: 'speech', atMs: 0, endMs: 500, pcm: new Int16Array(8000) });
  line.take({ kind: 'turn-end', atMs: 500, endMs: 500 });
  return {
    told,
    warned,
    sessions: () => ({ opened: sessions, open }),
    async seconds(count: number) {
      for (let second = 0; second < count; second++) {
        await clock.advance(SECOND);
        line.tick();
        for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      }
    },
    stop: () => stopping.abort(),
  };
}

describe('TrackLine', () => {
  it('has words that a session heard and never finished heard by another one', async () => {
    const { told, sessions, seconds, stop } = setUp([false, true]);
    await seconds(29);
    expect([told, sessions()]).toEqual([[], { opened: 1, open: 1 }]);
    await seconds(3);
    expect(told).toEqual(['word', 'heard 500']);
    expect(sessions()).toEqual({ opened: 2, open: 1 });
    stop();
  });

  it('gives them up, and says so, when that one does not finish them either', async () => {
    const { told, warned, sessions, seconds, stop } = setUp([false, false]);
    await seconds(70);
    expect(told).toEqual(['heard 500']);
    expect(sessions().opened).toBe(2);
    expect(warned).toEqual([
      'words were not finished by their speech session, another one hears them',
      'words are given up: no speech session finishes them',
    ]);
    stop();
  });
});
