import { AppError, FakeClock, SECOND, silentLog, type Log } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import type { SpeechItem } from '../domain/uncommitted-audio.ts';
import type { CloseReason, OpenOptions } from '../engines/speech-engine.ts';
import { SessionSlots } from './session-slots.ts';
import { TrackTranscriber } from './track-transcriber.ts';

const word = { text: 'word', punctuated: 'word', startMs: 0, endMs: 400, confidence: 1 };
const utterance = { text: 'word', words: [word], startMs: 0, endMs: 400 };

/**
 * What a session makes of a word: a final, a partial alone, a partial and a break, nothing (and ends properly when asked), or not
 * even an end; or it does not open.
 */
type Manner = 'finishes' | 'hears' | 'hears and breaks' | 'says nothing' | 'is mute' | 'refuses';
const mute = new AppError('unavailable', 'no answer to the end of the stream');

/** A track with one spoken word, sent to sessions of these manners, one after the other. */
function setUp(manners: readonly Manner[]) {
  const clock = new FakeClock();
  const results: string[] = [];
  const warned: string[] = [];
  const log: Log = { ...silentLog, warn: (message) => void warned.push(message) };
  let sessions = 0;
  let open = 0;
  const stopping = new AbortController();
  const transcriber = new TrackTranscriber({
    ...{ committedMs: 0, isBySentence: false, clock, log, signal: stopping.signal },
    async open({ onPartial, onFinal, signal }: Pick<OpenOptions, 'onPartial' | 'onFinal' | 'signal'>) {
      const manner = manners[sessions++] ?? 'is mute';
      if (manner === 'refuses') throw new AppError('unauthenticated', 'the key is refused');
      const closed = Promise.withResolvers<CloseReason>();
      open++;
      void closed.promise.then(() => open--);
      signal.addEventListener('abort', () => closed.resolve({ kind: 'cancelled' }), { once: true });
      return {
        send() {
          if (manner === 'hears' || manner === 'hears and breaks' || manner === 'finishes') onPartial(utterance);
          if (manner === 'hears and breaks') closed.resolve({ kind: 'failed', error: mute });
        },
        finalize: () => manner === 'finishes' && onFinal({ ...utterance, isEndOfSpeech: true }),
        async close() {
          closed.resolve(manner === 'is mute' ? { kind: 'failed', error: mute } : { kind: 'closed' });
          return closed.promise;
        },
        closed: closed.promise,
      };
    },
    onPartial() {},
    onFinal: ({ text }) => void results.push(text),
    ...{ onUsage() {}, slots: new SessionSlots(1) },
    onFinalized: (finalizedMs) => void results.push(`heard ${finalizedMs}`),
    onMissed: (speech) => void results.push(...speech.map(({ startMs, endMs }) => `missed ${startMs}-${endMs}`)),
    onRefused: ({ code }) => void results.push(code),
  });
  transcriber.push({ kind: 'speech', atMs: 0, endMs: 500, pcm: new Int16Array(8000) });
  transcriber.push({ kind: 'end-of-speech', atMs: 500, endMs: 500 });
  return {
    results,
    warned,
    sessions: () => ({ opened: sessions, open }),
    async milliseconds(count: number) {
      await clock.advance(count);
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    },
    async seconds(count: number) {
      for (let second = 0; second < count; second++) {
        await clock.advance(SECOND);
        transcriber.tick();
        for (let turn = 0; turn < 10; turn++) await Promise.resolve();
      }
    },
    push: (item: SpeechItem) => transcriber.push(item),
    giveUp: () => transcriber.giveUp(),
    /** Whether it has finished what it has, once asked to. */
    finish() {
      const asked = { isFinished: false };
      void transcriber.finish().then(() => (asked.isFinished = true));
      return asked;
    },
    stop: () => stopping.abort(),
  };
}

describe('TrackTranscriber', () => {
  it('has words that a session heard and never finished heard by another one', async () => {
    const { results, sessions, seconds, stop } = setUp(['hears', 'finishes']);
    await seconds(29);
    expect([results, sessions()]).toEqual([[], { opened: 1, open: 1 }]);
    await seconds(3);
    expect(results).toEqual(['word', 'heard 500']);
    expect(sessions()).toEqual({ opened: 2, open: 1 });
    stop();
  });

  it('gives them up, and says so, when that one does not finish them either', async () => {
    const { results, warned, sessions, seconds, stop } = setUp(['hears', 'hears']);
    await seconds(70);
    expect(results).toEqual(['missed 0-500', 'heard 500']);
    expect(sessions().opened).toBe(2);
    expect(warned).toEqual([
      'words were not finished by their speech session, another one gets the speech',
      'words are given up: no speech session finishes them',
    ]);
    stop();
  });

  it('does not take the silence of a mute session for a turn without words', async () => {
    const { results, sessions, seconds, stop } = setUp(['is mute', 'finishes']);
    await seconds(15);
    expect(results).toEqual(['word', 'heard 500']);
    expect(sessions()).toEqual({ opened: 2, open: 1 });
    stop();
  });

  it('lets a turn go without words when its session ends properly, and opens no other for it', async () => {
    const { results, warned, sessions, seconds, stop } = setUp(['says nothing']);
    await seconds(9);
    expect(results).toEqual([]);
    await seconds(15);
    expect(results).toEqual(['heard 500']);
    expect([warned, sessions()]).toEqual([[], { opened: 1, open: 0 }]);
    stop();
  });

  it('says what it could not keep for a provider that stays away, and what it gives up at the end', async () => {
    const { results, push, giveUp, seconds } = setUp([]);
    for (let atMs = 1000; atMs < 141_000; atMs += 1000) {
      push({ kind: 'speech', atMs, endMs: atMs + 1000, pcm: new Int16Array(16_000) });
    }
    push({ kind: 'end-of-speech', atMs: 141_000, endMs: 141_000 });
    await seconds(30);
    // The first session was lost when it sent nothing for ten seconds; the next one gets the last two minutes.
    expect(results).toEqual(['missed 0-500', 'missed 1000-21000', 'heard 21000']);
    giveUp();
    expect(results.slice(3)).toEqual(['missed 21000-141000', 'heard 141000']);
  });

  it('waits for the end of the next turn before it asks: an end in the midst would cut a word in two', async () => {
    const { push, sessions, seconds, stop } = setUp(['says nothing']);
    push({ kind: 'speech', atMs: 1000, endMs: 1500, pcm: new Int16Array(8000) });
    await seconds(15);
    expect(sessions()).toEqual({ opened: 1, open: 1 });
    push({ kind: 'end-of-speech', atMs: 1500, endMs: 1500 });
    await seconds(1);
    expect(sessions()).toEqual({ opened: 1, open: 0 });
    stop();
  });

  it('asks ever more seldom a provider that hears something, finishes nothing and breaks off', async () => {
    const { milliseconds, sessions, stop } = setUp(Array<Manner>(200).fill('hears and breaks'));
    for (let quarter = 0; quarter < 80; quarter++) await milliseconds(250);
    expect(sessions().opened).toBeLessThan(12);
    stop();
  });

  it('finishes by ending its session, and at once when nothing waits for words', async () => {
    const { results, sessions, finish, seconds, stop } = setUp(['finishes']);
    await seconds(2);
    expect(sessions()).toEqual({ opened: 1, open: 1 });
    const asked = finish();
    await seconds(1);
    expect([asked.isFinished, results, sessions()]).toEqual([true, ['word', 'heard 500'], { opened: 1, open: 0 }]);
    const again = finish();
    await seconds(1);
    expect(again.isFinished).toBe(true);
    stop();
  });

  it('finishes in the pause after a loss only when another session has the words', async () => {
    const { results, finish, seconds, stop } = setUp(['hears and breaks', 'finishes']);
    const asked = finish();
    expect(asked.isFinished).toBe(false);
    await seconds(3);
    expect([asked.isFinished, results]).toEqual([true, ['word', 'heard 500']]);
    stop();
  });

  it('opens no session after a provider refused, whatever else comes', async () => {
    const { results, sessions, push, finish, seconds, stop } = setUp(['refuses']);
    await seconds(1);
    push({ kind: 'speech', atMs: 1000, endMs: 1500, pcm: new Int16Array(8000) });
    const asked = finish();
    await seconds(10);
    expect([results, sessions(), asked.isFinished]).toEqual([['unauthenticated'], { opened: 1, open: 0 }, true]);
    stop();
  });
});
