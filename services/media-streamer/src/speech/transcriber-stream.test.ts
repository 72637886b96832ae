import type { StreamRequest, StreamResponse, StreamStart } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { AppError, AsyncQueue, FakeClock, SECOND, silentLog } from '@earshot/kernel';
import { expect, it } from 'vitest';
import type { SpeechItem } from '../domain/unacked-speech.ts';
import { TranscriberStream } from './transcriber-stream.ts';

const owner = { trackId: 't1', participantId: 'p1', name: 'Ann' };
const speech = (atMs: number): SpeechItem => ({
  ...{ kind: 'speech', trackId: 't1', atMs, endMs: atMs + 100 },
  pcm: new Uint8Array(2),
});
const end = (atMs: number): SpeechItem => ({ kind: 'end-of-speech', trackId: 't1', atMs, endMs: atMs });
const caption = (text: string, endMs: number) => ({
  ...{ kind: 'caption' as const, trackId: 't1', atMs: 0, endMs },
  ...{ participantId: 'p1', speakerName: 'Ann', text },
});

/** What was sent, in short. */
function inShort({ message }: StreamRequest): string {
  switch (message?.$case) {
    case 'trackNamed':
      return `named ${message.value.name}`;
    case 'captionsShown':
      return `shown ${message.value.shown}`;
    case 'speech':
      return `speech ${message.value.atMs}`;
    case 'endOfSpeech':
      return `end ${message.value.atMs}`;
    case 'caption':
      return `${message.value.final ? 'final' : 'preview'} ${message.value.text}`;
    default:
      return message?.$case ?? 'nothing';
  }
}

/** A stream to a transcriber that the test plays; `calls` is what it was sent, call by call. */
function setUp() {
  const clock = new FakeClock();
  const calls: { sent: string[]; responses: AsyncQueue<StreamResponse>; hasEnded: boolean }[] = [];
  const turns = async () => {
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
  };
  const stream = new TranscriberStream({
    start: { botId: 'bot' } as StreamStart,
    transcriber: {
      stream(requests, options) {
        const call = { sent: [] as string[], responses: new AsyncQueue<StreamResponse>(), hasEnded: false };
        calls.push(call);
        options?.signal?.addEventListener('abort', () => call.responses.fail(options.signal?.reason));
        void (async () => {
          for await (const request of requests) call.sent.push(inShort(request));
          call.hasEnded = true;
        })();
        return call.responses;
      },
    },
    ...{ clock, log: silentLog, onCommitted() {} },
  });
  const current = () => calls.at(-1)!;
  const respond = async (message: StreamResponse['message']) => {
    current().responses.push({ message });
    await turns();
  };
  return {
    ...{ stream, calls, turns },
    sent: () => calls.map((call) => call.sent),
    resume: (committedMs = 0) => respond({ $case: 'resume', value: { positions: [{ trackId: 't1', committedMs }] } }),
    commit: (committedMs: number) =>
      respond({ $case: 'acknowledge', value: { position: { trackId: 't1', committedMs } } }),
    finished: () => respond({ $case: 'finished', value: {} }),
    /** Breaks the call; another one is opened. */
    async lose() {
      current().responses.fail(new AppError('unavailable', 'the connection is lost'));
      await turns();
      await clock.advance(SECOND);
      await turns();
    },
  };
}

it('sends nothing but its start before the transcriber has told what it has', async () => {
  const { stream, sent, turns, resume } = setUp();
  stream.setOwner(owner);
  stream.setCaptionsShown(true);
  stream.push([speech(0), speech(100), end(200)]);
  await turns();
  expect(sent()).toEqual([['start']]);
  await resume(100);
  expect(sent()).toEqual([['start', 'named Ann', 'shown true', 'speech 100', 'end 200']]);
  await stream[Symbol.asyncDispose]();
});

it('sends what changes while it is connected, once', async () => {
  const { stream, sent, turns, resume } = setUp();
  await resume();
  stream.setOwner(owner);
  await turns();
  stream.setCaptionsShown(true);
  stream.setCaptionsShown(true);
  await turns();
  stream.setCaptionsShown(false);
  await turns();
  stream.push([speech(0)]);
  await turns();
  expect(sent()).toEqual([['start', 'named Ann', 'shown true', 'shown false', 'speech 0']]);
  await stream[Symbol.asyncDispose]();
});

it('sends again on another call what was not committed, whose the tracks are and whether captions are shown', async () => {
  const { stream, sent, turns, resume, commit, lose } = setUp();
  await resume();
  stream.setOwner(owner);
  stream.setCaptionsShown(false);
  stream.push([speech(0), end(100), speech(200)]);
  await turns();
  await commit(100);
  await lose();
  stream.push([end(300)]);
  await resume(100);
  expect(sent()[1]).toEqual(['start', 'named Ann', 'shown false', 'speech 200', 'end 300']);
  await stream[Symbol.asyncDispose]();
});

it('sends the newest preview of a track, not one that a final replaces, and none again', async () => {
  const { stream, sent, turns, resume, lose } = setUp();
  stream.preview(caption('One', 100));
  stream.preview(caption('One and', 200));
  await resume();
  stream.preview(caption('One and two', 300));
  stream.push([caption('One and two.', 300)]);
  await turns();
  expect(sent()).toEqual([['start', 'preview One and', 'final One and two.']]);
  await lose();
  await resume(300);
  expect(sent()[1]).toEqual(['start']);
  await stream[Symbol.asyncDispose]();
});

it('sends its end after all the rest, again on another call, and resolves when everything is committed', async () => {
  const { stream, calls, sent, turns, resume, finished, lose } = setUp();
  let isFinished = false;
  stream.push([speech(0)]);
  void stream.finish().then(() => (isFinished = true));
  await resume();
  expect(sent()).toEqual([['start', 'speech 0', 'finish']]);
  await lose();
  await resume();
  expect(sent()[1]).toEqual(['start', 'speech 0', 'finish']);
  expect(isFinished).toBe(false);
  await finished();
  await turns();
  expect([isFinished, calls.map(({ hasEnded }) => hasEnded)]).toEqual([true, [true, true]]);
  await stream[Symbol.asyncDispose]();
});

it.each(['connecting', 'connected', 'finishing', 'finished', 'disposed'])(
  'that is %s ends its calls and opens no more once it is disposed',
  async (state) => {
    const { stream, calls, turns, resume, finished, lose } = setUp();
    if (state !== 'connecting') await resume();
    if (state === 'finishing' || state === 'finished') void stream.finish();
    if (state === 'finished') await finished();
    if (state === 'disposed') await stream[Symbol.asyncDispose]();
    await turns();
    await stream[Symbol.asyncDispose]();
    await stream.finish();
    stream.push([speech(0)]);
    stream.setOwner(owner);
    await lose();
    expect(calls.map(({ hasEnded, sent }) => [hasEnded, sent.includes('speech 0')])).toEqual([[true, false]]);
  },
);
