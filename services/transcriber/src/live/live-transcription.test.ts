import { AppError, FakeClock, MINUTE, SECOND, silentLog } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import type { LiveChange } from '../actions/commit-live.ts';
import type { StreamingEngine } from '../engines/speech-engine.ts';
import { LiveTranscription } from './live-transcription.ts';

const word = { text: 'word', punctuated: 'word', startMs: 0, endMs: 400, confidence: 1 };

/** Takes audio no faster than it is spoken, and emits one word when all of it was. */
function pacedEngine(clock: FakeClock): StreamingEngine {
  return {
    async open({ onFinal, sampleRate }) {
      let samples = 0;
      const closed = Promise.withResolvers<{ kind: 'closed' }>();
      return {
        send: (pcm) => void (samples += pcm.length),
        finalize() {},
        async close() {
          await clock.sleep((samples / sampleRate) * SECOND);
          onFinal({ text: 'word', words: [word], startMs: 0, endMs: 400, isEndOfSpeech: true });
          closed.resolve({ kind: 'closed' });
          return closed.promise;
        },
        closed: closed.promise,
      };
    },
  };
}

const absentEngine: StreamingEngine = { open: () => Promise.reject(new AppError('unavailable', 'nobody is there')) };

function setUp(engineOf: (clock: FakeClock) => StreamingEngine) {
  const clock = new FakeClock();
  const changes: LiveChange[] = [];
  const stopping = new AbortController();
  const visit = new LiveTranscription({
    transcriptId: 'transcript',
    opened: { positions: [], speakers: [], isClosed: false },
    engine: () => ({ forTrack: () => ({ ...engineOf(clock), name: 'engine' }), options: {}, isBySentence: false }),
    queue: { push: (change) => void changes.push(change), idle: () => Promise.resolve() },
    onPartial() {},
    onDropped() {},
    ...{ clock, log: silentLog, signal: stopping.signal },
  });
  for (let atMs = 0; atMs < 2 * MINUTE; atMs += SECOND) {
    visit.push('track', { kind: 'speech', atMs, endMs: atMs + SECOND, pcm: new Int16Array(16_000) });
  }
  const seconds = async (count: number) => {
    for (let second = 0; second < count; second++) {
      await clock.advance(SECOND);
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    }
  };
  const kinds = () => changes.map(({ kind }) => kind).filter((kind) => kind !== 'position' && kind !== 'usage');
  return { visit, kinds, seconds, stop: () => stopping.abort() };
}

describe('LiveTranscription', () => {
  it('waits at the end for as long as it takes to say what is left', async () => {
    const { visit, kinds, seconds, stop } = setUp(pacedEngine);
    await seconds(1);
    const finishing = visit.finish();
    await seconds(125);
    await finishing;
    expect(kinds()).toEqual(['utterance', 'finished']);
    stop();
  });

  it('does not wait for ever for a provider that is away', async () => {
    const { visit, kinds, seconds, stop } = setUp(() => absentEngine);
    const finishing = visit.finish();
    await seconds(170);
    expect(kinds()).toEqual([]);
    await seconds(15);
    await finishing;
    expect(kinds()).toEqual(['failed', 'finished']);
    stop();
  });
});
