import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VideoLayout } from '@earshot/contract/common/v1/media_plan.ts';
import { VideoSource } from '@earshot/contract/media/v1/video.ts';
import { Platform } from '@earshot/contract/scheduler/v1/bots.ts';
import { findPicture, readCounter } from '@earshot/harness';
import type { RoomOptions } from '@earshot/lab';
import { decodeVideo } from './decode-video.ts';
import { openFixture, type Fixture } from './fixture.ts';

const media = {
  layout: VideoLayout.SPEAKER,
  separateAudio: false,
  separateVideo: false,
  liveVideo: false,
  voice: undefined,
  liveAudio: undefined,
  speechEvents: false,
  chatEvents: false,
};

describe('video of a page that gives none', { timeout: 120_000 }, () => {
  let fixture: Fixture;
  beforeAll(async () => void (fixture = await openFixture()), 30_000);
  afterAll(async () => fixture[Symbol.asyncDispose](), 30_000);

  /** What a bot takes of a room with Ann in it: her colour, how large its pictures are, and all of them. */
  async function film(roomOptions: RoomOptions, platform: Platform) {
    const { lab, scheduler, media: streamer } = fixture;
    const { moments, video } = streamer;
    const room = lab.createRoom(roomOptions);
    const ann = await room.join({ name: 'Ann', camera: { width: 640, height: 360 } });
    const bot = scheduler.order({ platform, meetingUrl: room.link, media });
    const { botId } = bot;
    await moments.until(() => video.framesOf(botId).length > 60, 'its picture');
    const frames = video.framesOf(botId);
    // Nothing of what its receivers get is taken beside it.
    const taken = video.changesOf(botId).map(({ source, participantId }) => ({ source, participantId }));
    expect(new Set(taken.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ source: VideoSource.TAB, participantId: '' })]),
    );
    const { pictures, errors } = await decodeVideo(frames, { width: 640, height: 360 });
    expect({ errors, pictures: pictures.length }).toEqual({ errors: '', pictures: frames.length });
    scheduler.stop(bot);
    await moments.until(() => video.of(botId)?.isFinished, 'the end');
    await ann.leave();
    const sizes = new Set(frames.map(({ width, height }) => `${width}x${height}`));
    return { colour: ann.colour, sizes: [...sizes], pictures };
  }

  it('is the page’s own picture of itself, without the bot’s, where it comes by no receiver', async () => {
    const { colour, sizes, pictures } = await film({ face: 'zoom' }, Platform.ZOOM);
    expect(sizes).toEqual(['1280x720']);
    const shown = pictures.flatMap((picture) => {
      const region = findPicture(picture, colour);
      return region ? { width: region.width, number: readCounter(picture, region) ?? Number.NaN } : [];
    });
    const numbers = shown.map(({ number }) => number);
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
    expect(new Set(numbers).size).toBeGreaterThan(15);
    // As wide as all but the lists beside it.
    expect(shown.at(-1)?.width).toBeGreaterThan(500);
  });

  it('is the same where the page takes the encoded frames for itself', async () => {
    const { sizes, pictures } = await film({ face: 'web', variants: ['page-encrypts'] }, Platform.WEB);
    expect(sizes).toEqual(['960x540']);
    // Nothing moves there but Ann's camera.
    const different = new Set(pictures.map(({ pixels }) => createHash('sha256').update(pixels).digest('hex')));
    expect(different.size).toBeGreaterThan(15);
  });
});
