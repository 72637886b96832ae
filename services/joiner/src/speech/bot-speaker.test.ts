import { setImmediate } from 'node:timers/promises';
import { AppError, FakeClock, silentLog } from '@earshot/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import { createBotSpeaker, type BotSpeaker } from './bot-speaker.ts';
import { FakeVoice } from './fake-voice.fixture.ts';

const second = new Int16Array(48_000).fill(7);

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await setImmediate();
}

describe('createBotSpeaker', () => {
  let voice: FakeVoice;
  let clock: FakeClock;
  let speaker: BotSpeaker;
  let asked: string[];
  /** What the engine says of each text. */
  let engine: (text: string, signal: AbortSignal) => AsyncIterable<Int16Array>;
  beforeEach(() => {
    voice = new FakeVoice();
    clock = new FakeClock();
    asked = [];
    engine = async function* () {
      yield second;
    };
    const textToSpeech = {
      speak(text: string, signal: AbortSignal) {
        asked.push(text);
        return engine(text, signal);
      },
    };
    speaker = createBotSpeaker({ voice, textToSpeech, clock, log: silentLog });
  });

  it('says a sound, and says how long it is', async () => {
    expect(await speaker.sayAudio('a', async () => second)).toEqual({ durationMs: 1000 });
    expect(voice.said).toMatchObject([{ speechId: 'a', source: 'api', isLast: true }]);
    expect(voice.said[0]?.pcm).toBe(second);
  });

  it('says what comes again once, and answers it alike', async () => {
    const both = [speaker.sayAudio('a', async () => second), speaker.sayAudio('a', async () => second)];
    expect(await Promise.all(both)).toEqual([{ durationMs: 1000 }, { durationMs: 1000 }]);
    expect(await speaker.sayAudio('a', async () => second)).toEqual({ durationMs: 1000 });
    expect(voice.said).toHaveLength(1);
  });

  it('tries again what failed before anything of it was queued', async () => {
    voice.queuedMs = 59_500;
    await expect(speaker.sayAudio('a', async () => second)).rejects.toMatchObject({ code: 'resource-exhausted' });
    voice.queuedMs = 0;
    expect(await speaker.sayAudio('a', async () => second)).toEqual({ durationMs: 1000 });
  });

  it('says a text as it comes, and ends it', async () => {
    const rest = Promise.withResolvers<void>();
    engine = async function* () {
      yield second;
      await rest.promise;
      yield second;
    };
    const said = speaker.sayText('a', 'Hello');
    await settled();
    expect(voice.samples).toBe(48_000);
    rest.resolve();
    expect(await said).toEqual({ durationMs: 2000 });
    expect(voice.said.at(-1)).toMatchObject({ isLast: true, pcm: new Int16Array(0) });
    expect(voice.said.filter(({ isLast }) => isLast)).toHaveLength(1);
  });

  it('says one text after the other', async () => {
    const first = Promise.withResolvers<void>();
    engine = async function* (text) {
      if (text === 'one') await first.promise;
      yield second;
    };
    const both = [speaker.sayText('1', 'one'), speaker.sayText('2', 'two')];
    await settled();
    expect(asked).toEqual(['one']);
    first.resolve();
    await Promise.all(both);
    expect(voice.speechIds).toEqual(['1', '2']);
  });

  it('answers for a long text when there is no more room, and says the rest as room comes', async () => {
    engine = async function* () {
      for (let at = 0; at < 90; at += 1) yield second;
    };
    expect(await speaker.sayText('a', 'long')).toEqual({ durationMs: 60_000 });
    expect(voice.samples).toBe(60 * 48_000);
    for (let at = 0; at < 200 && voice.samples < 90 * 48_000; at += 1) {
      voice.queuedMs = Math.max(0, voice.queuedMs - 5000);
      await clock.advance(200);
      await settled();
    }
    expect(voice.samples).toBe(90 * 48_000);
    expect(voice.said.at(-1)?.isLast).toBe(true);
  });

  it.each<[string, string, () => void]>([
    ['there is room for nothing', 'resource-exhausted', () => (voice.queuedMs = 60_000)],
    [
      'the engine fails',
      'unavailable',
      () => {
        engine = async function* () {
          yield* [];
          throw new AppError('unavailable', 'the text-to-speech engine failed: it answered 500');
        };
      },
    ],
  ])('fails where %s, and is tried again', async (_, code, spoil) => {
    const whole = engine;
    spoil();
    await expect(speaker.sayText('a', 'Hello')).rejects.toMatchObject({ code });
    voice.queuedMs = 0;
    engine = whole;
    expect(await speaker.sayText('a', 'Hello')).toEqual({ durationMs: 1000 });
  });

  it('does not say the beginning of a text again whose engine failed in the middle', async () => {
    engine = async function* () {
      yield second;
      throw new AppError('unavailable', 'the text-to-speech engine failed: it does not answer');
    };
    const fails = { code: 'unavailable' };
    await expect(speaker.sayText('a', 'Hello')).rejects.toMatchObject(fails);
    await expect(speaker.sayText('a', 'Hello')).rejects.toMatchObject(fails);
    expect(asked).toEqual(['Hello']);
  });

  it('drops the texts that wait when it is interrupted', async () => {
    let isAborted = false;
    engine = async function* (_, signal) {
      yield second;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      isAborted = true;
      signal.throwIfAborted();
    };
    const both = [speaker.sayText('1', 'one'), speaker.sayText('2', 'two')];
    await settled();
    expect(speaker.interrupt('interrupted')).toEqual(['1', '2']);
    for (const each of both) await expect(each).rejects.toMatchObject({ code: 'cancelled' });
    expect([isAborted, asked, voice.interruptions]).toEqual([true, ['one'], ['interrupted']]);
  });

  it('goes on with no text of a speech that ended before its time', async () => {
    const rest = Promise.withResolvers<void>();
    engine = async function* () {
      yield second;
      await rest.promise;
      yield second;
    };
    const said = speaker.sayText('a', 'Hello');
    await settled();
    voice.end('a', 'muted');
    rest.resolve();
    await expect(said).rejects.toMatchObject({ code: 'cancelled' });
    expect(voice.samples).toBe(48_000);
  });

  it('takes no more than some texts at a time', async () => {
    engine = async function* () {
      await new Promise(() => {});
      yield second;
    };
    const all = Array.from({ length: 12 }, (_, at) => speaker.sayText(String(at), 'x').catch((error) => error.code));
    const last = await Promise.race(all);
    expect(last).toBe('resource-exhausted');
  });

  it('says that there is no engine', async () => {
    const silent = createBotSpeaker({ voice, textToSpeech: undefined, clock, log: silentLog });
    await expect(silent.sayText('a', 'Hello')).rejects.toMatchObject({
      code: 'failed-precondition',
      message: 'text needs a text-to-speech engine, and this server has none configured',
    });
  });
});
