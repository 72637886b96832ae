import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OpusTrackDecoder } from '@earshot/audio';
import { AudioCodec, type AudioFrame } from '@earshot/contract/media/v1/media.ts';
import { EndReason } from '@earshot/contract/scheduler/v1/bots.ts';
import { samplesOf } from '@earshot/demo';
import {
  createDemoPeople,
  eventually,
  findSpeech,
  PRESENT_SHARE,
  startJanus,
  type DemoPeople,
  type Janus,
  type JanusDemo,
  type JanusRoom,
} from '@earshot/harness';
import { leave, type Ordered } from './fake-scheduler.ts';
import { openFixture, type Fixture } from './fixture.ts';

const sentence = 'pack my box with jugs';
/** Who speaks there: Janus relays each voice on its own, or mixes all into one. */
const demos: readonly (readonly [JanusDemo, readonly string[]])[] = [
  ['videoroom', ['Ann', 'Ben']],
  ['audiobridge', ['Ann']],
];

/** Software that nobody here wrote, as Debian has it: its pages know nothing of bots, nor the bot of them. */
describe("a bot on Janus's own pages", { timeout: 180_000 }, () => {
  let fixture: Fixture;
  let janus: Janus;
  let people: DemoPeople;
  let spoken: Int16Array;
  const kicked: Ordered[] = [];
  beforeAll(async () => {
    [fixture, janus, people, spoken] = await Promise.all([
      openFixture(),
      startJanus(),
      createDemoPeople(sentence),
      samplesOf(sentence),
    ]);
  }, 30_000);
  afterAll(async () => {
    await Promise.all([fixture, people].map((part) => part[Symbol.asyncDispose]()));
    await janus[Symbol.asyncDispose]();
  }, 30_000);

  it.each(demos)('%s: gets in, hears, and goes when it is told, or left alone', async (demo, speakers) => {
    const { scheduler, media } = fixture;
    const room = await janus.createRoom(demo);
    const present = await Promise.all(speakers.map((name) => people.join(room, name)));
    const bots = {
      told: comeIn(room, 'Scribe 2'),
      removed: comeIn(room, 'Clerk'),
      // Longer than the person's breath: of a mix nothing else shows that somebody is there.
      alone: comeIn(room, 'Earshot', { everyoneLeftSeconds: 6 }),
    };
    for (const bot of Object.values(bots)) await untilInside(bot);
    // The bot's reports are true: it is on the server's list. The page takes no name with a blank in it.
    expect((await room.names()).toSorted()).toEqual([...speakers, 'Clerk', 'Earshot', 'Scribe2']);

    await present[0]?.untilShown('Scribe2');
    for (const bot of Object.values(bots)) {
      const heard = () => voicesIn(media.framesOf(bot.botId)).length === speakers.length;
      await media.moments.until(heard, `${bot.spec.botName} hears`, 20_000);
    }
    for (const trackId of voicesIn(media.framesOf(bots.alone.botId))) await untilSaid(bots.alone, trackId);

    scheduler.stop(bots.told);
    await room.kick('Clerk');
    kicked.push(bots.removed);
    expect(await endOf(bots.told)).toBe(EndReason.STOP_ORDERED);
    const stayers = [...speakers, 'Earshot'];
    await room.until(`${stayers.join()} are alone`, (names) => names.toSorted().join() === stayers.toSorted().join());
    await present[0]?.untilHidden('Scribe2');

    expect(scheduler.endOf(bots.alone.botId)).toBeUndefined();
    await Promise.all(present.map((person) => person.leave()));
    expect(await endOf(bots.alone)).toBe(EndReason.EVERYONE_LEFT);
    await room.until('nobody is there', (names) => names.length === 0);
  });

  it('goes when it was removed, though neither page says so', async () => {
    // All that is known is that the meeting is over for this bot: its connections are gone, or nothing comes by them any more.
    const ends = await Promise.all(kicked.map(endOf));
    expect(ends).toEqual([EndReason.MEETING_ENDED, EndReason.MEETING_ENDED]);
  });

  function comeIn(room: JanusRoom, botName: string, policy: Partial<typeof leave> = {}): Ordered {
    return fixture.scheduler.order({ meetingUrl: room.link, botName, leave: { ...leave, ...policy } });
  }

  function untilInside({ botId, spec }: Ordered) {
    const isInside = () => fixture.scheduler.seen(botId).includes('recordingStarted');
    return fixture.scheduler.moments.until(isInside, `${spec.botName} inside`, 60_000);
  }

  /** Resolves once the sentence is in what a bot received last by a track: on a busy machine Janus drops some of what it mixes. */
  async function untilSaid({ botId, spec }: Ordered, trackId: string): Promise<void> {
    const isSaid = async () => {
      const frames = fixture.media.framesOf(botId).filter((frame) => frame.trackId === trackId);
      const recording = await decode(frames.slice(-SAID_TWICE_FRAMES));
      const window = { from: 0, to: recording.length - spoken.length };
      return findSpeech(recording, spoken, window).correlation > PRESENT_SHARE;
    };
    await eventually(isSaid, { signal: AbortSignal.timeout(20_000) }).catch((cause: unknown) => {
      throw new Error(`${spec.botName} did not hear the sentence by ${trackId}`, { cause });
    });
  }

  function endOf({ botId, spec }: Ordered): Promise<EndReason | undefined> {
    return fixture.scheduler.moments.until(() => fixture.scheduler.endOf(botId)?.reason, `${spec.botName} out`, 30_000);
  }
});

/** 20 ms each: of a sentence that is said again and again it has a whole one. */
const SAID_TWICE_FRAMES = 210;

/** The tracks with enough of them: bots, which say nothing, send a few when they come. */
function voicesIn(frames: readonly AudioFrame[]): string[] {
  const tracks = Map.groupBy(frames, ({ trackId }) => trackId);
  return [...tracks].flatMap(([trackId, { length }]) => (length >= SAID_TWICE_FRAMES ? [trackId] : []));
}

async function decode(frames: readonly AudioFrame[]): Promise<Int16Array> {
  expect(new Set(frames.map(({ codec }) => codec))).toEqual(new Set([AudioCodec.OPUS]));
  const decoder = await OpusTrackDecoder.create();
  const pieces = frames.map(({ payload }) => decoder.decode(payload));
  decoder.free();
  const samples = new Int16Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    samples.set(piece, at);
    at += piece.length;
  }
  return samples;
}
