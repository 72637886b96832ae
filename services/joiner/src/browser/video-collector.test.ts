import { FakeClock } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import type { VideoBatch } from '../domain/video-batch.ts';
import { RecordingPause } from '../domain/recording-pause.ts';
import type { TrackEvent } from '../page-protocol/page-message.ts';
import { encodeVideoMessage, type PageVideoFrame } from '../page-protocol/video-layout.ts';
import { PageMedia } from './page-media.ts';
import { VideoCollector } from './video-collector.ts';

const DOCUMENT = 77;

function setUp({ maxWebcams = 6, maxBytesPerSecond = 1_000_000 } = {}) {
  const clock = new FakeClock();
  const media = new PageMedia(clock);
  const document = media.addDocument();
  let startedAt: number | undefined;
  let isKnown = true;
  const pause = new RecordingPause();
  const collector = {
    ...{ media, pause, meetingMs: () => Math.round(clock.now() - (startedAt ?? 0)) },
    documentOf: (name: string) => (isKnown && name === String(DOCUMENT) ? { media: document, offsetMs: 0 } : undefined),
    get startedAt() {
      return startedAt;
    },
  };
  const batches: VideoBatch[] = [];
  const asked: number[] = [];
  const room = { isThere: true };
  const video = new VideoCollector({
    ...{ clock, collector, limits: { maxWebcams, maxBytesPerSecond } },
    onBatch: (batch) => room.isThere && batches.push(batch) > 0,
    askForKeyFrame: (_, track) => void asked.push(track),
  });
  const addTrack = (track: number, more: Partial<TrackEvent> = {}) =>
    media.addTrack(
      { kind: 'track', track, id: `v${track}`, media: 'video', tap: 'encoded', why: '', connection: 0, ...more },
      document,
    );
  const frame = (track: number, at: number, more: Partial<PageVideoFrame> = {}): PageVideoFrame => ({
    ...{ track, codec: 'vp8', isKey: false, width: 320, height: 180, rtpTimestamp: at, arrivedAt: clock.now() },
    ...{ dropped: 0, payload: new Uint8Array(100).fill(at) },
    ...more,
  });
  return {
    ...{ clock, media, document, pause, video, batches, asked, room, addTrack, frame },
    key: (track: number, at: number, more = {}) => frame(track, at, { isKey: true, ...more }),
    send: (...frames: PageVideoFrame[]) => video.collect(Buffer.from(encodeVideoMessage(DOCUMENT, frames))),
    begin: () => (startedAt = clock.now()),
    know: (known: boolean) => (isKnown = known),
    /** Each frame that went out, by its track and its time stamp. */
    out: () => batches.flatMap(({ frames }) => frames.map(({ trackId, rtpTimestamp }) => `${trackId}:${rtpTimestamp}`)),
  };
}

describe('VideoCollector', () => {
  it('begins with the last key frame before the recording, and asks nobody', async () => {
    const { clock, addTrack, send, key, frame, begin, batches, out, asked } = setUp();
    addTrack(1);
    send(key(1, 1), frame(1, 2), key(1, 3));
    await clock.advance(500);
    begin();
    await clock.advance(100);
    send(frame(1, 4));
    expect(out()).toEqual(['v1:3', 'v1:4']);
    expect(batches[0]).toMatchObject({
      ...{ clockMs: 100, frames: [{ arrivedMs: 0 }, { arrivedMs: 100 }] },
      tracks: [{ trackId: 'v1', source: 'webcam', participantId: '', atMs: 0, hasEnded: false }],
    });
    expect(asked).toEqual([]);
  });

  it('asks for a key frame where none comes, rarely, and at once where own frames were dropped', async () => {
    const { clock, addTrack, send, key, frame, begin, room, asked, out, video, batches } = setUp();
    addTrack(1);
    begin();
    for (let at = 1; at <= 8; at += 1) {
      send(frame(1, at));
      await clock.advance(1000);
    }
    expect(asked).toEqual([1]);
    send(key(1, 10));
    room.isThere = false;
    send(frame(1, 11));
    room.isThere = true;
    await clock.advance(5000);
    send(frame(1, 12));
    expect(asked).toEqual([1, 1]);
    send(key(1, 13), frame(1, 14));
    expect(out()).toEqual(['v1:10', 'v1:13', 'v1:14']);
    expect(batches.flatMap(({ gaps }) => gaps).reduce((sum, { frames }) => sum + frames, 0)).toBe(2);
    video.requestKeyFrame('v1');
    await clock.advance(5000);
    video.requestKeyFrame('v1');
    video.requestKeyFrame('nobody’s');
    expect(asked).toEqual([1, 1, 1]);
    expect(video.counts()).toMatchObject({ frames: 3, dropped: 10, keyFramesAsked: 3, codecs: { vp8: 1 } });
  });

  it('lets nothing of a pause out, nor what is missing its key frame behind it', async () => {
    const { clock, addTrack, send, key, frame, begin, pause, out, asked } = setUp();
    addTrack(1);
    begin();
    send(key(1, 1));
    pause.set(true, clock.now());
    await clock.advance(1000);
    send(frame(1, 2), key(1, 3));
    const during = clock.now();
    await clock.advance(1000);
    pause.set(false, clock.now());
    await clock.advance(100);
    send(key(1, 4, { arrivedAt: during }), frame(1, 5));
    expect(asked).toEqual([1]);
    send(key(1, 6), frame(1, 7));
    expect(out()).toEqual(['v1:1', 'v1:6', 'v1:7']);
  });

  it('waits for what the page’s report says of a track, and takes nothing of what the page sends to itself', () => {
    const { media, document, addTrack, send, key, frame, begin, know, video, out } = setUp();
    begin();
    know(false);
    send(key(1, 1));
    know(true);
    send(frame(1, 2));
    expect(out()).toEqual([]);
    addTrack(1);
    video.retry();
    send(frame(1, 3));
    expect(out()).toEqual(['v1:1', 'v1:2', 'v1:3']);
    const ends = { local: ['sha-256 aa'], remote: ['sha-256 aa'], sends: true };
    media.addConnection({ kind: 'connection', connection: 5, ...ends }, document);
    addTrack(2, { connection: 5 });
    send(key(2, 1));
    video.collect(Buffer.from([1, 2]));
    expect(out()).toHaveLength(3);
    expect(video.counts().refused).toBe(1);
  });

  it('tells whose a track is as it learns of it, by the page or by the voice beside it, and of its end', async () => {
    const { clock, media, document, addTrack, send, key, begin, video, batches } = setUp();
    begin();
    addTrack(0, { id: 'a0', media: 'audio' });
    for (const track of [1, 2]) addTrack(track);
    for (const track of [0, 2]) media.nameStream({ kind: 'stream', track, stream: 'ben' }, document);
    send(key(1, 1), key(2, 1));
    const owners = { ownerOf: (voice: string) => (voice === 'a0' ? 'ben' : ''), spokeAt: () => 0 };
    video.tracks.identify([{ trackId: 'v1', ownerId: 'ann', isScreen: true }], owners);
    video.look();
    const told = () =>
      batches.at(-1)?.tracks.map((each) => [each.trackId, each.source, each.participantId, each.hasEnded]);
    expect(told()).toEqual([
      ['v1', 'screen', 'ann', false],
      ['v2', 'webcam', 'ben', false],
    ]);
    await clock.advance(6000);
    send(key(2, 9));
    video.look();
    expect(told()).toEqual([['v1', 'screen', 'ann', true]]);
    // The same receiver shows somebody else: another track.
    video.tracks.identify([{ trackId: 'v2', ownerId: 'cat', isScreen: false }], owners);
    send(key(2, 10));
    expect(told()).toEqual([
      ['v2', 'webcam', 'ben', true],
      ['v2~2', 'webcam', 'cat', false],
    ]);
  });

  it('takes nothing of what the page shows once the bot leaves, and hands over what waited', () => {
    const { addTrack, send, key, frame, begin, video, out } = setUp();
    addTrack(1);
    begin();
    send(key(1, 1, { codec: 'vp9' }));
    expect(out()).toEqual([]);
    video.end();
    send(frame(1, 2, { codec: 'vp9' }), frame(1, 3, { codec: 'vp9' }));
    video.end();
    expect(out()).toEqual(['v1:1']);
  });

  it('takes no more webcams than it may from the first frame on, and lets those in who speak', async () => {
    const { clock, addTrack, send, key, begin, video, out } = setUp({ maxWebcams: 1 });
    begin();
    for (const track of [1, 2]) addTrack(track);
    send(key(1, 1), key(2, 1));
    expect(out()).toEqual(['v1:1']);
    const seen = [1, 2].map((track) => ({ trackId: `v${track}`, ownerId: `p${track}`, isScreen: false }));
    video.tracks.identify(seen, { ownerOf: () => '', spokeAt: (id) => (id === 'p2' ? 5 : 0) });
    await clock.advance(2000);
    video.look();
    send(key(1, 2), key(2, 2));
    expect(out()).toEqual(['v1:1', 'v2:2']);
    expect(video.counts().dropped).toBe(2);
  });
});
