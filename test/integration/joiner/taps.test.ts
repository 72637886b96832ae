import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AudioCodec, type AudioFrame } from '@earshot/contract/media/v1/media.ts';
import type { LabParticipant } from '@earshot/lab';
import { openFixture, type Fixture } from './fixture.ts';

const sentence = 'the quick brown fox jumps over the lazy dog';
/** Of a sentence's time, the least that has a voice: there are pauses between the words. */
const VOICED = 0.5;

describe("the taps on a page's sound", { timeout: 150_000 }, () => {
  let fixture: Fixture;
  beforeAll(async () => void (fixture = await openFixture()), 30_000);
  afterAll(async () => fixture[Symbol.asyncDispose](), 30_000);

  /** A bot that receives Ann, in a room where sound is sent in the given manner. */
  async function listen(...variants: string[]) {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'web', variants });
    const ann = await room.join({ name: 'Ann' });
    const bot = scheduler.order({ meetingUrl: room.link });
    await scheduler.moments.until(() => scheduler.seen(bot.botId).includes('recordingStarted'), 'recording');
    const frames = () => media.framesOf(bot.botId);
    await media.moments.until(() => frames().length > 0, 'sound');
    const end = async () => {
      scheduler.stop(bot);
      await scheduler.moments.until(() => scheduler.endOf(bot.botId), 'the end');
    };
    /** What is said, and how much of it has a voice by the frames' own levels. */
    async function hears(speaker: LabParticipant) {
      const before = frames().length;
      const { startedAt, endedAt } = await speaker.say(sentence);
      await media.moments.until(() => frames().length > before, 'the rest');
      const heard = frames().slice(before);
      return { heard, share: voicedMs(heard) / (endedAt - startedAt) };
    }
    return { room, ann, bot, frames, hears, end };
  }

  it('stay with a microphone that is muted, changed, and joined by a camera and by another person', async () => {
    const { room, ann, hears, frames, end } = await listen();
    const first = await hears(ann);
    expect(first.share).toBeGreaterThan(VOICED);
    await ann.mute();
    expect((await hears(ann)).share).toBeLessThan(0.1);
    await ann.unmute();
    await ann.swapMicrophone();
    expect((await hears(ann)).share).toBeGreaterThan(VOICED);
    // A camera that comes later has the connection negotiated anew, and so has its going.
    await ann.setCamera(true);
    expect((await hears(ann)).share).toBeGreaterThan(VOICED);
    await ann.setCamera(false);
    const ben = await room.join({ name: 'Ben' });
    expect((await hears(ben)).share).toBeGreaterThan(VOICED);
    expect((await hears(ann)).share).toBeGreaterThan(VOICED);
    const tracks = new Set(frames().map(({ trackId }) => trackId));
    expect({ tracks: tracks.size, codecs: codecsOf(frames()) }).toEqual({ tracks: 2, codecs: [AudioCodec.OPUS] });
    await end();
    await Promise.all([ann.leave(), ben.leave()]);
  });

  it('take the sound as it was encoded: in stereo, with silence left out, with each packet sent twice', async () => {
    const [stereo, dtx, red] = await Promise.all([listen('stereo'), listen('dtx'), listen('red')]);
    // One after the other: silence is left out while others speak.
    for (const { ann, hears, frames, end } of [stereo, dtx, red]) {
      const { share, heard } = await hears(ann);
      expect(share).toBeGreaterThan(VOICED);
      expect(codecsOf(frames())).toEqual([AudioCodec.OPUS]);
      // RFC 6716, 3.1: the third bit from the right says stereo.
      const isStereo = heard.some(({ payload }) => ((payload[0] ?? 0) & 4) !== 0);
      expect(isStereo).toBe(hears === stereo.hears);
      await end();
      await ann.leave();
    }
    expect(gapsOf(dtx.frames())).toBeGreaterThan(0);
    expect(gapsOf(red.frames())).toBe(0);
  });

  it('fall back to decoded sound where the page takes the frames for itself, and say so', async () => {
    const { ann, hears, frames, end } = await listen('page-encrypts');
    expect((await hears(ann)).share).toBeGreaterThan(VOICED);
    expect(codecsOf(frames())).toEqual([AudioCodec.PCM_S16]);
    await end();
    await ann.leave();
  });
});

/** Milliseconds with a voice, by the sound's own clock: how late it came does not matter. */
function voicedMs(frames: readonly AudioFrame[]): number {
  const voiced = new Map(frames.filter(({ level }) => level < 50).map((frame) => [frame.rtpTimestamp, frame]));
  // A packet is 20 ms; samples are 48 to the millisecond, of two bytes each.
  const lasts = ({ codec, payload }: AudioFrame) => (codec === AudioCodec.OPUS ? 20 : payload.length / 96);
  return [...voiced.values()].reduce((sum, frame) => sum + lasts(frame), 0);
}

function codecsOf(frames: readonly AudioFrame[]): AudioCodec[] {
  return [...new Set(frames.map(({ codec }) => codec))];
}

/** How often a packet's own clock runs ahead of the one before by more than its 20 ms. */
function gapsOf(frames: readonly AudioFrame[]): number {
  return frames.slice(1).filter(({ rtpTimestamp }, index) => rtpTimestamp - (frames[index]?.rtpTimestamp ?? 0) > 960)
    .length;
}
