import { AudioContainer, type SpeakRequest, type SpeakResponse } from '@earshot/contract/joiner/v1/joiner.ts';
import { FakeClock, silentLog, type AccountId } from '@earshot/kernel';
import type { CallContext } from '@earshot/rpc';
import { beforeEach, describe, expect, it } from 'vitest';
import { createBotSpeaker } from '../speech/bot-speaker.ts';
import { FakeVoice } from '../speech/fake-voice.fixture.ts';
import { joinerService, type CallableBot } from './joiner-service.ts';

const speechId = '4f6c1f0e-6f1a-4a37-9d10-0f3f2d9f4c11';
const call = (accountId = 'account') =>
  ({
    caller: { service: 'gateway', scope: { accountId } },
    signal: new AbortController().signal,
  }) as unknown as CallContext;
const raw = { container: AudioContainer.RAW, sampleRate: 48_000, channels: 1 };
const picture = { type: 'image/png', width: 1, height: 1, bytes: new Uint8Array(1) } as const;

type Start = Extract<SpeakRequest['message'], { $case: 'start' }>['value'];
const start = (given: Partial<Start>): SpeakRequest => ({
  message: { $case: 'start', value: { botId: 'bot-1', speechId, content: { $case: 'audio', value: raw }, ...given } },
});
const chunk = (bytes: number): SpeakRequest => ({ message: { $case: 'chunk', value: Buffer.alloc(bytes, 1) } });

describe('joinerService', () => {
  let voice: FakeVoice;
  let bot: CallableBot & { isInMeeting: boolean };
  let shown: [number, number][];
  let service: ReturnType<typeof joinerService>;
  beforeEach(() => {
    voice = new FakeVoice();
    shown = [];
    const textToSpeech = {
      async *speak() {
        yield new Int16Array(24_000);
      },
    };
    bot = {
      ...{ accountId: 'account' as AccountId, isInMeeting: true },
      speaker: createBotSpeaker({ voice, textToSpeech, clock: new FakeClock(), log: silentLog }),
      showImage: ({ width }, displayMs) => void shown.push([width, displayMs]),
    };
    service = joinerService({
      find: (botId) => (botId === 'bot-1' ? bot : undefined),
      fetchPicture: async (url) => (url.endsWith('.png') ? { picture } : { problem: 'status' }),
    });
  });

  async function speak(messages: readonly SpeakRequest[], account?: string): Promise<SpeakResponse[]> {
    return speakPart([...messages, chunk(0)], account);
  }

  /** Without the empty chunk that ends audio. */
  async function speakPart(messages: readonly SpeakRequest[], account?: string): Promise<SpeakResponse[]> {
    const requests = (async function* () {
      yield* messages;
    })();
    const answers: SpeakResponse[] = [];
    for await (const answer of service.speak(requests, call(account))) answers.push(answer);
    return answers;
  }

  it('says audio that comes in chunks, and answers how long it is', async () => {
    expect(await speak([start({}), chunk(48_001), chunk(47_999)])).toEqual([{ durationMs: 1000 }]);
    expect(voice.said).toMatchObject([{ speechId, source: 'api', isLast: true }]);
  });

  it('says a text', async () => {
    expect(await speak([start({ content: { $case: 'text', value: ' Hello ' } })])).toEqual([{ durationMs: 500 }]);
  });

  it('answers the same again, and does not say it again', async () => {
    const messages = [start({}), chunk(96_000)];
    expect([await speak(messages), await speak(messages)]).toEqual([[{ durationMs: 1000 }], [{ durationMs: 1000 }]]);
    expect(voice.said).toHaveLength(1);
  });

  const audio = (container: AudioContainer, sampleRate = 0, channels = 0) =>
    start({ content: { $case: 'audio', value: { container, sampleRate, channels } } });
  it.each<[string, string, RegExp, SpeakRequest[]]>([
    ['nothing', 'invalid-argument', /first message must be start/, []],
    ['a chunk first', 'invalid-argument', /first message must be start/, [chunk(1)]],
    ['a start twice', 'invalid-argument', /only chunks/, [start({}), start({})]],
    ['no id', 'invalid-argument', /speech_id/, [start({ speechId: '' })]],
    ['no content', 'invalid-argument', /neither text nor audio/, [start({ content: undefined })]],
    ['no text', 'invalid-argument', /text: must be 1 to 4000/, [start({ content: { $case: 'text', value: ' ' } })]],
    ['a long text', 'invalid-argument', /1 to 4000/, [start({ content: { $case: 'text', value: 'x'.repeat(4001) } })]],
    ['no container', 'invalid-argument', /container/, [audio(AudioContainer.UNSPECIFIED), chunk(9)]],
    ['no WAV file', 'invalid-argument', /cannot be read/, [audio(AudioContainer.WAV), chunk(99)]],
    ['no Ogg file', 'invalid-argument', /cannot be read/, [audio(AudioContainer.OGG_OPUS), chunk(99)]],
    ['no rate', 'invalid-argument', /sample rate/, [audio(AudioContainer.RAW), chunk(99)]],
    ['no channels', 'invalid-argument', /channel/, [audio(AudioContainer.RAW, 48_000, 0), chunk(99)]],
    ['no audio', 'invalid-argument', /empty/, [start({})]],
    ['too much', 'resource-exhausted', /longer than 60 s/, [start({}), chunk(5_760_002)]],
    [
      'far too much',
      'resource-exhausted',
      /longer than 60 s/,
      [start({}), ...Array.from({ length: 13 }, () => chunk(1_000_000))],
    ],
    ['another bot', 'not-found', /no such bot/, [start({ botId: 'bot-2' })]],
  ])('refuses %s', async (_, code, message, messages) => {
    await expect(speak(messages)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(voice.said).toEqual([]);
  });

  it('says nothing of audio that is given up in the middle, and all of it when it comes again', async () => {
    const given = [start({}), chunk(48_000)];
    await expect(speakPart(given)).rejects.toMatchObject({ code: 'cancelled' });
    expect(voice.said).toEqual([]);
    expect(await speak([...given, chunk(48_000)])).toEqual([{ durationMs: 1000 }]);
  });

  it('says nothing of what there is no room for', async () => {
    voice.queuedMs = 59_500;
    await expect(speak([start({}), chunk(96_000)])).rejects.toMatchObject({ code: 'resource-exhausted' });
    expect(voice.said).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['speak', () => speak([start({})])],
    ['stopSpeaking', () => service.stopSpeaking({ botId: 'bot-1' }, call())],
    [
      'showImage',
      () => service.showImage({ botId: 'bot-1', url: 'https://a.example/x.png', displaySeconds: 0 }, call()),
    ],
  ])('refuses %s before the bot is in its meeting', async (_, act) => {
    bot.isInMeeting = false;
    await expect(act()).rejects.toMatchObject({
      code: 'failed-precondition',
      message: 'the bot is not in its meeting',
    });
  });

  it('is for the account that has the bot', async () => {
    const denied = { code: 'permission-denied' };
    await expect(speak([start({})], 'other')).rejects.toMatchObject(denied);
    await expect(service.stopSpeaking({ botId: 'bot-1' }, call('other'))).rejects.toMatchObject(denied);
    const image = { botId: 'bot-1', url: 'https://a.example/x.png', displaySeconds: 0 };
    await expect(service.showImage(image, call('other'))).rejects.toMatchObject(denied);
  });

  it('stops, and names what it stopped; again is nothing', async () => {
    await speak([start({}), chunk(96_000)]);
    expect(await service.stopSpeaking({ botId: 'bot-1' }, call())).toEqual({ speechIds: [speechId] });
  });

  it('shows an image, for a while where it is told so', async () => {
    for (const displaySeconds of [0, 10])
      await service.showImage({ botId: 'bot-1', url: 'https://a.example/x.png', displaySeconds }, call());
    expect(shown).toEqual([
      [1, 0],
      [1, 10_000],
    ]);
  });

  it.each([
    ['https://a.example/none', 0, /status/],
    ['https://a.example/x.png', 100_000, /display_seconds/],
  ])('refuses the image %s for %i s', async (url, displaySeconds, message) => {
    await expect(service.showImage({ botId: 'bot-1', url, displaySeconds }, call())).rejects.toMatchObject({
      ...{ code: 'invalid-argument', message: expect.stringMatching(message) },
    });
  });
});
