import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VideoLayout } from '@earshot/contract/common/v1/media_plan.ts';
import { Platform } from '@earshot/contract/scheduler/v1/bots.ts';
import { VideoCodec, VideoSource, type VideoFrame } from '@earshot/contract/media/v1/video.ts';
import { nearestColour, patchColour, readCounter } from '@earshot/harness';
import { screenColour, type LabParticipant } from '@earshot/lab';
import { decodeVideo } from './decode-video.ts';
import { openFixture, type Fixture } from './fixture.ts';

/** Enough to see that numbers rise. */
const ENOUGH = 20;
const large = { width: 640, height: 360 };
const media = {
  layout: VideoLayout.GRID,
  separateAudio: false,
  separateVideo: false,
  liveVideo: false,
  voice: undefined,
  liveAudio: undefined,
  speechEvents: false,
  chatEvents: false,
};

describe('video, out of the page and to the media-streamer', { timeout: 150_000 }, () => {
  let fixture: Fixture;
  beforeAll(async () => void (fixture = await openFixture()), 30_000);
  afterAll(async () => fixture[Symbol.asyncDispose](), 30_000);

  /** The frames of what somebody shows, in all their tracks. */
  function framesOf(botId: string, { id }: LabParticipant, source: VideoSource = VideoSource.WEBCAM): VideoFrame[] {
    const { video } = fixture.media;
    const owned = [...video.tracksOf(botId).values()].filter(
      (track) => track.participantId === id && track.source === source,
    );
    const tracks = new Set(owned.map(({ trackId }) => trackId));
    return video.framesOf(botId).filter(({ trackId }) => tracks.has(trackId));
  }

  /** The numbers of all pictures, which no decoder finds fault with. */
  async function picturesOf(frames: readonly VideoFrame[]) {
    const { pictures, errors } = await decodeVideo(frames);
    const numbers = pictures.map((picture) => readCounter(picture) ?? Number.NaN);
    expect({ errors, numbers }).toEqual({ errors: '', numbers: [...new Set(numbers)].toSorted((a, b) => a - b) });
    expect(numbers.length).toBeGreaterThan(ENOUGH - 2);
    return pictures.map((picture) => patchColour(picture));
  }

  it('comes as it was encoded, with whose it is, asks senders for no more than a visitor does, and never holds up sound', async () => {
    const { lab, scheduler, media: streamer } = fixture;
    const { moments, video } = streamer;
    const room = lab.createRoom({ face: 'web', variants: ['forwarder'], keepsGuestsApart: true });
    const people = [
      await room.join({ name: 'Ann', camera: { ...large, codec: 'VP8' } }),
      await room.join({ name: 'Ben', camera: { ...large, codec: 'VP9', svc: 'L2T3_KEY' } }),
      await room.join({ name: 'Cat', camera: { ...large, codec: 'H264' } }),
      await room.join({ name: 'Dan', camera: { codec: 'AV1' } }),
    ];
    const [ann] = people as [LabParticipant];
    const bot = scheduler.order({ meetingUrl: room.link, media });
    const { botId } = bot;
    const of = (person: LabParticipant, source?: VideoSource) => framesOf(botId, person, source);
    await moments.until(() => people.every((person) => of(person).length > ENOUGH), 'video of everybody');
    const visitor = await room.join({ name: 'Eve' });
    await moments.until(() => people.every((person) => of(person).length > 2 * ENOUGH), 'more of it');

    const codecs = [VideoCodec.VP8, VideoCodec.VP9, VideoCodec.H264, VideoCodec.AV1];
    for (const [at, person] of people.entries()) {
      const frames = of(person);
      expect(new Set(frames.map(({ codec }) => codec))).toEqual(new Set([codecs[at]]));
      // Whoever is short of processors makes smaller pictures.
      expect(new Set(frames.map(({ width, height }) => width / height))).toEqual(new Set([16 / 9]));
      const colours = await picturesOf(frames);
      expect(
        nearestColour(
          colours[0]!,
          people.map(({ colour }) => colour),
        ),
      ).toBe(person.colour);
    }
    expect(video.gapsOf(botId)).toEqual([]);

    const asked = () => ({
      bot: room.requestsOf('Earshot').keyframes,
      visitor: room.requestsOf('Eve').keyframes,
    });
    const before = asked();

    await ann.shareScreen({ codec: 'VP9' });
    await moments.until(() => of(ann, VideoSource.SCREEN_SHARE).length > ENOUGH, 'her screen');
    const [screen] = await picturesOf(of(ann, VideoSource.SCREEN_SHARE));
    expect(nearestColour(screen!, [screenColour, ann.colour])).toBe(screenColour);
    await ann.stopSharing();
    const isOver = () =>
      [...video.tracksOf(botId).values()].some(({ source, ended }) => source === VideoSource.SCREEN_SHARE && ended);
    await moments.until(isOver, 'its end');

    const after = asked();
    expect(after.bot - before.bot).toBeLessThanOrEqual(after.visitor - before.visitor + 1);

    video.stall(true);
    const [sounds, pictures] = [streamer.framesOf(botId).length, video.framesOf(botId).length];
    await moments.until(() => streamer.framesOf(botId).length > sounds + 200, 'sound while video waits');
    expect(video.framesOf(botId)).toHaveLength(pictures);
    video.stall(false);
    await moments.until(() => video.framesOf(botId).length > pictures, 'what waited');

    // Somebody comes to look: a key frame is asked for, and comes, whatever the codec.
    const keysOf = (person: LabParticipant) => of(person).filter(({ keyFrame }) => keyFrame).length;
    const keys = people.map(keysOf);
    for (const person of people) video.askForKeyFrame(botId, of(person)[0]!.trackId);
    await moments.until(() => people.every((person, at) => keysOf(person) > keys[at]!), 'key frames of all');
    scheduler.stop(bot);
    await moments.until(() => video.of(botId)?.isFinished && streamer.of(botId)?.isFinished, 'the end');
    expect(video.gapsOf(botId)).toEqual([]);
    await picturesOf(of(ann));
    await visitor.leave();
  });

  it('knows whose a picture is, and what is a screen, by the marks of each platform', async () => {
    const { lab, scheduler, media: streamer } = fixture;
    const { moments, video } = streamer;
    const faces = [
      { face: 'google-meet', platform: Platform.GOOGLE_MEET, screenIsOwned: true },
      // No capture of its page shows whose a screen is.
      { face: 'teams', platform: Platform.TEAMS, screenIsOwned: false },
    ] as const;
    const visit = async ({ face, platform, screenIsOwned }: (typeof faces)[number]) => {
      const room = lab.createRoom({ face });
      const ann = await room.join({ name: 'Ann', camera: true });
      await ann.shareScreen({ width: 640, height: 360 });
      const bot = scheduler.order({ platform, meetingUrl: room.link, media });
      const idOfAnn = () => streamer.changesOf(bot.botId).find(({ name }) => name === 'Ann')?.participantId;
      const isTold = (source: VideoSource, owner: string | undefined) =>
        [...video.tracksOf(bot.botId).values()].some(
          (track) => track.source === source && track.participantId === owner && !track.ended,
        );
      const isKnown = () =>
        isTold(VideoSource.WEBCAM, idOfAnn()) && isTold(VideoSource.SCREEN_SHARE, screenIsOwned ? idOfAnn() : '');
      await moments.until(isKnown, `both on ${face}`).catch((error: unknown) => {
        throw new Error(JSON.stringify([...video.tracksOf(bot.botId).values()]), { cause: error });
      });
      scheduler.stop(bot);
      await moments.until(() => video.of(bot.botId)?.isFinished, 'the end');
      await ann.leave();
    };
    await Promise.all(faces.map(visit));
  });
});
