import { AppError, FakeClock, MINUTE, SECOND } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import { UncommittedAudio } from '../domain/uncommitted-audio.ts';
import type { CloseReason, StreamingSession } from '../engines/speech-engine.ts';
import type { TranscriptHandlers } from './finals-merger.ts';
import { SttSession } from './stt-session.ts';

const word = { text: 'word', punctuated: 'Word.', startMs: 0, endMs: 400, confidence: 1 };
const utterance = { text: 'Word.', words: [word], startMs: 0, endMs: 400 };
const final = { ...utterance, isEndOfSpeech: true };
const lost = new AppError('unavailable', 'the connection is lost');
const limits = { idleMs: 60 * SECOND, longestMs: 10 * MINUTE };

/** A session over a provider that the test plays; half a second of speech and its end wait for it. */
function setUp({ isBySentence = false, hasAudio = true } = {}) {
  const clock = new FakeClock();
  const audio = new UncommittedAudio({ keptMs: MINUTE });
  const speak = (atMs: number) => {
    audio.push({ kind: 'speech', atMs, endMs: atMs + 500, pcm: new Int16Array(8000) });
    session.sendKept();
  };
  const pause = (atMs: number) => {
    audio.push({ kind: 'end-of-speech', atMs, endMs: atMs });
    session.sendKept();
  };
  const calls: string[] = [];
  const results: string[] = [];
  let isOverdueGivenUp = false;
  const session = new SttSession({
    ...{ audio, floorMs: 0, isBySentence, clock },
    onPartial: ({ text }) => void results.push(`partial ${text}`),
    onFinal: ({ text }, finalizedMs) => void results.push(`final ${text} ${finalizedMs}`),
    onSettled: (atMs) => void results.push(`settled ${atMs}`),
    onOverdue: (atMs) => {
      results.push(`overdue ${atMs}`);
      return isOverdueGivenUp;
    },
  });
  const opening = Promise.withResolvers<StreamingSession>();
  const closed = Promise.withResolvers<CloseReason>();
  let provider: TranscriptHandlers | undefined;
  const running = session.run((handlers) => {
    provider = handlers;
    return opening.promise;
  });
  if (hasAudio) {
    speak(0);
    pause(500);
  }
  const turns = async () => {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return {
    ...{ session, calls, results, running, closed, speak, pause, turns },
    handlers: () => provider as TranscriptHandlers,
    giveUpOverdue: () => (isOverdueGivenUp = true),
    refuse: (error: AppError) => opening.reject(error),
    async open() {
      opening.resolve({
        send: () => void calls.push('send'),
        finalize: () => void calls.push('finalize'),
        close() {
          calls.push('close');
          return closed.promise;
        },
        closed: closed.promise,
      });
      await turns();
    },
    async tick(count: number) {
      for (let second = 0; second < count; second++) {
        await clock.advance(SECOND);
        session.tick(limits);
      }
    },
  };
}

describe('SttSession', () => {
  it('that is closed while it opens sends what is kept, and asks for the end once', async () => {
    const { session, calls, results, running, closed, open } = setUp();
    session.close();
    expect(calls).toEqual([]);
    await open();
    session.close();
    expect(calls).toEqual(['send', 'finalize', 'close']);
    closed.resolve({ kind: 'closed' });
    expect([await running, results]).toEqual([{ kind: 'closed' }, ['settled 500']]);
  });

  it('that cannot be opened ends as failed, settles nothing and costs nothing', async () => {
    const { session, results, running, refuse, tick } = setUp();
    await tick(20);
    refuse(lost);
    expect([await running, results, session.usage]).toEqual([{ kind: 'failed', error: lost }, [], undefined]);
  });

  it('that cannot be opened fails also when its end was wanted', async () => {
    const { session, calls, running, refuse } = setUp();
    session.close();
    refuse(lost);
    expect([await running, calls]).toEqual([{ kind: 'failed', error: lost }, []]);
  });

  it('is billed for what was sent and for how long it was open, once it has ended', async () => {
    const { session, running, closed, open, tick } = setUp();
    await open();
    await tick(3);
    expect(session.usage).toBeUndefined();
    closed.resolve({ kind: 'failed', error: lost });
    await running;
    await tick(3);
    expect(session.usage).toEqual({ audioMs: 500, openMs: 3 * SECOND });
  });

  it('does not settle what it sent when it is lost: another session gets it', async () => {
    const { results, running, closed, open } = setUp();
    await open();
    closed.resolve({ kind: 'failed', error: lost });
    await running;
    expect(results).toEqual([]);
  });

  it('asks a mute provider for the end ten seconds after a turn, and not in the midst of the next', async () => {
    const { calls, open, tick, speak, pause } = setUp();
    await open();
    await tick(9);
    speak(1000);
    await tick(5);
    expect(calls).toEqual(['send', 'finalize', 'send']);
    pause(1500);
    await tick(1);
    expect(calls).toEqual(['send', 'finalize', 'send', 'finalize', 'close']);
  });

  it('gives up a turn whose partials get no final, and closes nothing itself', async () => {
    const { calls, results, handlers, giveUpOverdue, open, tick } = setUp();
    giveUpOverdue();
    await open();
    handlers().onPartial(utterance);
    await tick(30);
    expect([results, calls]).toEqual([
      ['partial Word.', 'overdue 500'],
      ['send', 'finalize'],
    ]);
  });

  it('ends after a minute without speech', async () => {
    const { calls, handlers, open, tick } = setUp();
    await open();
    handlers().onFinal(final);
    await tick(59);
    expect(calls).toEqual(['send', 'finalize']);
    await tick(1);
    expect(calls).toEqual(['send', 'finalize', 'close']);
  });

  it('takes finals while it closes, and sends no more', async () => {
    const { session, calls, results, running, closed, handlers, open, speak, tick } = setUp();
    await open();
    session.close();
    speak(1000);
    session.close();
    await tick(61);
    handlers().onFinal(final);
    closed.resolve({ kind: 'closed' });
    await running;
    expect(calls).toEqual(['send', 'finalize', 'close']);
    expect(results).toEqual(['final Word. 400', 'settled 500']);
  });

  it('emits the sentence that the end of the session left open, before it settles', async () => {
    const { results, running, closed, handlers, open } = setUp({ isBySentence: true });
    await open();
    handlers().onFinal({ ...final, isEndOfSpeech: false });
    closed.resolve({ kind: 'closed' });
    await running;
    expect(results).toEqual(['partial Word.', 'final Word. 400', 'settled 500']);
  });

  it('takes nothing before it is open and after it has ended', async () => {
    const { session, calls, results, running, closed, handlers, open, speak, tick } = setUp({ hasAudio: false });
    handlers().onPartial(utterance);
    handlers().onFinal(final);
    handlers().onEndOfSpeech?.();
    await tick(61);
    await open();
    closed.resolve({ kind: 'cancelled' });
    await running;
    speak(0);
    session.close();
    handlers().onFinal(final);
    await tick(61);
    expect([calls, results]).toEqual([[], []]);
  });

  it('that an answer closes while it sends, sends each item once', async () => {
    const clock = new FakeClock();
    const audio = new UncommittedAudio({ keptMs: MINUTE });
    for (const atMs of [0, 1000, 2000]) {
      audio.push({ kind: 'speech', atMs, endMs: atMs + 500, pcm: new Int16Array(8000) });
    }
    let sent = 0;
    const closed = Promise.withResolvers<CloseReason>();
    const session = new SttSession({
      ...{ audio, floorMs: 0, isBySentence: false, clock },
      onPartial() {},
      onFinal: () => session.close(),
      ...{ onSettled() {}, onOverdue: () => false },
    });
    const running = session.run(async ({ onFinal }) => ({
      send() {
        if (++sent === 1) onFinal(final);
      },
      finalize() {},
      async close() {
        closed.resolve({ kind: 'closed' });
        return closed.promise;
      },
      closed: closed.promise,
    }));
    await running;
    expect([sent, session.usage]).toEqual([3, { audioMs: 1500, openMs: 0 }]);
  });
});
