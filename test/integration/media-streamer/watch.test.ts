import { VideoCodec, VideoSource, type WatchRequest, type WatchResponse } from '@earshot/contract/media/v1/video.ts';
import { AsyncQueue } from '@earshot/kernel';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { batchesOf, framesOf, joined, Stream } from './joiner.ts';
import { openFixture, type Fixture } from './fixture.ts';
import { packetsOf } from './sound.ts';
import { picturesOf, videoBatchesOf, VideoStream, webcam } from './video-joiner.ts';

vi.setConfig({ testTimeout: 20_000 });

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture[Symbol.asyncDispose]());

type Message = NonNullable<WatchResponse['message']>;
type Value<Case extends Message['$case']> = Extract<Message, { $case: Case }>['value'];

/** One who watches the bot. */
class Watching {
  readonly #requests = new AsyncQueue<WatchRequest>();
  readonly #wakers = new Set<() => void>();
  readonly messages: Message[] = [];
  /** Resolves, or rejects, with the end of the stream. */
  readonly ended: Promise<void>;

  constructor({ client, botId }: Pick<Fixture, 'client' | 'botId'>) {
    this.#requests.push({ message: { $case: 'start', value: { botId } } });
    this.ended = this.#read(client);
    this.ended.catch(() => {});
  }

  all<Case extends Message['$case']>($case: Case): Value<Case>[] {
    return this.messages.flatMap((message) => (message.$case === $case ? [message.value as Value<Case>] : []));
  }

  askForKeyFrame(trackId: string): void {
    this.#requests.push({ message: { $case: 'keyFrame', value: { trackId } } });
  }

  async until(isReached: () => boolean): Promise<void> {
    while (!isReached()) {
      const next = new Promise<void>((resolve) => this.#wakers.add(resolve));
      await Promise.race([next, this.ended.then(() => Promise.reject(new Error('the stream has ended')))]);
    }
  }

  async #read(client: Fixture['client']): Promise<void> {
    for await (const { message } of client.watch(this.#requests)) {
      if (message) this.messages.push(message);
      for (const wake of this.#wakers) wake();
      this.#wakers.clear();
    }
  }
}

it('shows what a meeting shows and says from here on, has key frames asked for, and ends with the visit', async () => {
  const { client, botId } = fixture;
  await expect(new Watching(fixture).ended).rejects.toMatchObject({ code: 'not-found' });
  const audio = new Stream(client, fixture.startOf({ video: true }));
  await audio.resumed;
  const sound = batchesOf(framesOf('t1', packetsOf('glide')), 4100);
  sound[0]!.participants = [joined('p1', 'Ann', { trackIds: ['t1'] })];
  for (const batch of sound.slice(100, 120)) Object.assign(batch, { paused: true });
  const camera = picturesOf({ trackId: 'v1' }, 4100);
  const screen = picturesOf({ trackId: 's1', fromMs: 3000, codec: VideoCodec.AV1 }, 4100);
  const pictures = videoBatchesOf([...camera, ...screen], 4100, [webcam('v1', { participantId: 'p1' })]);
  pictures[30]!.tracks = [webcam('s1', { source: VideoSource.SCREEN_SHARE })];
  const video = new VideoStream(client, { botId, epoch: 1 });
  await video.resumed;
  audio.send(sound.slice(0, 40));
  video.send(pictures.slice(0, 10));
  // What is acknowledged was taken in: by the next tick of a quiet stream, or with more.
  video.send(pictures.slice(10, 22));
  await video.acknowledges(21);

  const watching = new Watching(fixture);
  await watching.until(() => watching.messages.length > 0);
  expect(watching.messages[0]).toMatchObject({ $case: 'track', value: { trackId: 'v1', participantId: 'p1' } });
  watching.askForKeyFrame('v1');
  watching.askForKeyFrame('v1');
  await video.until(() => video.keyFramesAsked.length > 0);
  video.send(pictures.slice(22));
  audio.send(sound.slice(40));
  await watching.until(() => watching.all('frame').some(({ trackId }) => trackId === 's1'));
  audio.finish(4100);
  await Promise.all([audio.ended, watching.ended]);
  expect(video.keyFramesAsked).toEqual(['v1']);

  expect(watching.all('track').map(({ trackId, source }) => [trackId, source])).toEqual([
    ['v1', VideoSource.WEBCAM],
    ['s1', VideoSource.SCREEN_SHARE],
  ]);
  const frames = watching.all('frame');
  const shown = frames.filter(({ trackId }) => trackId === 's1');
  expect(shown[0]).toMatchObject({ codec: VideoCodec.AV1, frame: { keyFrame: true, afterGap: false, width: 640 } });
  expect(shown.map(({ frame }) => frame!.atUs)).toEqual(shown.map((_, index) => 3_005_000 + index * 40_000));
  // Of the camera nothing could be decoded before its next key frame, which is that of the fourth second.
  const own = frames.filter(({ trackId }) => trackId === 'v1');
  expect(own.map(({ frame }) => frame!.payload.readUInt32BE())).toEqual(own.map((_, index) => 100 + index));
  const heard = watching.all('audio');
  const [first] = heard;
  expect(heard.map(({ atUs }) => atUs)).toEqual(heard.map((_, index) => first!.atUs + index * 20_000));
  expect(heard.some(({ participantId, participantName }) => participantId === 'p1' && participantName === 'Ann')).toBe(
    true,
  );
  const paused = heard.filter((slice) => slice.paused);
  // Twenty batches of 25 ms, in slices of 20.
  expect(paused.length).toBe(25);
  expect(paused[0]!.atUs).toBeGreaterThan(2_400_000);
  expect(heard.at(-1)!.atUs + 20_000).toBe(4_100_000);
  await expect(new Watching(fixture).ended).rejects.toMatchObject({ code: 'not-found' });
});
