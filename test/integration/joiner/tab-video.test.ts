import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VideoLayout } from '@earshot/contract/common/v1/media_plan.ts';
import { VideoSource } from '@earshot/contract/media/v1/video.ts';
import { Platform } from '@earshot/contract/scheduler/v1/bots.ts';
import { findPicture, readCounter } from '@earshot/harness';
import { decodeVideo } from './decode-video.ts';
import { openFixture, type Fixture } from './fixture.ts';

const media = { layout: VideoLayout.SPEAKER, separateAudio: false, separateVideo: false, liveVideo: false };

describe('video of a page that gives none', { timeout: 120_000 }, () => {
  let fixture: Fixture;
  beforeAll(async () => void (fixture = await openFixture()), 30_000);
  afterAll(async () => fixture[Symbol.asyncDispose](), 30_000);

  it('is the page’s own picture of itself', async () => {
    const { lab, scheduler, media: streamer } = fixture;
    const { moments, video } = streamer;
    const room = lab.createRoom({ face: 'zoom' });
    const ann = await room.join({ name: 'Ann', camera: { width: 640, height: 360 } });
    const bot = scheduler.order({ platform: Platform.ZOOM, meetingUrl: room.link, media });
    const { botId } = bot;
    const frames = () => {
      const tabs = [...video.tracksOf(botId).values()].filter(({ source }) => source === VideoSource.TAB);
      return video.framesOf(botId).filter(({ trackId }) => tabs.some((tab) => tab.trackId === trackId));
    };
    await moments.until(() => frames().length > 60, 'its picture', 25_000);
    const taken = frames();
    expect(new Set(taken.map(({ width, height }) => `${width}x${height}`))).toEqual(new Set(['1280x720']));
    const { pictures, errors } = await decodeVideo(taken, { width: 640, height: 360 });
    expect({ errors, pictures: pictures.length }).toEqual({ errors: '', pictures: taken.length });
    // Ann's picture is in it, moves on, and is all there is: the bot's own tile is gone.
    const seen = pictures.map((picture) => ({ picture, region: findPicture(picture, ann.colour) }));
    const shown = seen.flatMap(({ picture, region }) =>
      region ? { width: region.width, number: readCounter(picture, region) } : [],
    );
    const numbers = shown.map(({ number }) => number ?? Number.NaN);
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
    expect(new Set(numbers).size).toBeGreaterThan(15);
    expect(shown.at(-1)?.width).toBeGreaterThan(500);
    // Nothing of what its receivers get is taken beside it.
    expect(new Set([...video.tracksOf(botId).values()].map(({ source }) => source))).toEqual(
      new Set([VideoSource.TAB]),
    );
    scheduler.stop(bot);
    await moments.until(() => video.of(botId)?.isFinished, 'the end');
    await ann.leave();
  });
});
