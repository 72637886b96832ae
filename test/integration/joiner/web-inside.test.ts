import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EndReason } from '@earshot/contract/scheduler/v1/bots.ts';
import type { Room } from '@earshot/lab';
import { leave, type Ordered } from './fake-scheduler.ts';
import { openFixture, type Fixture } from './fixture.ts';

/** A page that does not say what it is, and shows nobody. */
const plain = (...variants: string[]) => ['plain', ...variants];

describe('being in a page that nobody here has made', { timeout: 90_000 }, () => {
  let fixture: Fixture;
  beforeAll(async () => void (fixture = await openFixture({ BOTS_PER_BROWSER: '16' })), 30_000);
  afterAll(async () => fixture[Symbol.asyncDispose](), 30_000);

  const seen = ({ botId }: Ordered) => fixture.scheduler.seen(botId);
  const until = (bot: Ordered, what: string) => fixture.scheduler.moments.until(() => seen(bot).includes(what), what);
  const endOf = (bot: Ordered) => fixture.scheduler.moments.until(() => fixture.scheduler.endOf(bot.botId), 'the end');
  const heard = ({ botId }: Ordered) => fixture.media.framesOf(botId).length;

  it.concurrent('does not take what a page sends to itself for a meeting, nor records it', async () => {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'web', lobby: true, variants: ['device-test'] });
    const ann = await room.join({ name: 'Ann' });
    const bot = scheduler.order({ meetingUrl: room.link });
    await room.waitForKnock('Earshot');
    await until(bot, 'knocked');
    expect(seen(bot)).toEqual(['knocked']);
    room.host.admit('Earshot');
    await media.moments.until(() => heard(bot) > 20, 'Ann');
    const tracks = new Set(media.framesOf(bot.botId).map(({ trackId }) => trackId));
    expect(tracks.size).toBe(1);
    scheduler.stop(bot);
    await endOf(bot);
    await ann.leave();
  });

  it.concurrent(
    'is inside beside a button that stays, as the first one with nobody to be heard, and within a frame',
    async () => {
      const { lab, scheduler, media } = fixture;
      async function stays() {
        const room = lab.createRoom({ face: 'web', variants: plain('button-stays') });
        const ann = await room.join({ name: 'Ann' });
        const bot = scheduler.order({ meetingUrl: room.link, chatMessage: 'I am recording' });
        await room.waitForParticipant('Earshot');
        await media.moments.until(() => heard(bot) > 0, 'sound');
        // There is no chat, and whoever ordered the bot learns so.
        await scheduler.moments.until(() => scheduler.greeted(bot.botId).length > 0, 'what became of the greeting');
        expect(scheduler.greeted(bot.botId)).toEqual([false]);
        scheduler.stop(bot);
        await endOf(bot);
        await ann.leave();
      }
      async function isFirst() {
        const room = lab.createRoom({ face: 'web', lobby: true, variants: plain() });
        const bot = scheduler.order({ meetingUrl: room.link });
        await room.waitForKnock('Earshot');
        await until(bot, 'knocked');
        room.host.admit('Earshot');
        await until(bot, 'entered');
        // It was let in, and not loaded anew.
        expect(room.participants().map(({ name }) => name)).toEqual(['Earshot']);
        expect(seen(bot).slice(0, 2)).toEqual(['knocked', 'entered']);
        scheduler.stop(bot);
        expect((await endOf(bot)).reason).toBe(EndReason.STOP_ORDERED);
      }
      async function isFramed() {
        const room = lab.createRoom({ face: 'web', variants: ['frame'] });
        const ann = await room.join({ name: 'Ann' });
        const bot = scheduler.order({ meetingUrl: room.link, leave: { ...leave, everyoneLeftSeconds: 1 } });
        await media.moments.until(() => media.changesOf(bot.botId).some(({ name }) => name === 'Ann'), 'Ann');
        await ann.leave();
        expect((await endOf(bot)).reason).toBe(EndReason.EVERYONE_LEFT);
      }
      await Promise.all([stays(), isFirst(), isFramed()]);
    },
  );

  it.concurrent('is not sent away by what an alert says, and is by the end of its connections', async () => {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'web', variants: plain('alerts') });
    const ann = await room.join({ name: 'Ann' });
    const bot = scheduler.order({ meetingUrl: room.link });
    await media.moments.until(() => heard(bot) > 0, 'sound');
    for (const text of [
      'Room password removed',
      'Breakout session ended by presenter',
      'Harriet: lunch is over in ten minutes',
      'You were removed from the list of presenters',
    ])
      await ann.sendChat(text);
    const before = heard(bot);
    // Five looks of the bot, by the sound that has come meanwhile.
    await media.moments.until(() => heard(bot) > before + 5 * 50, 'five seconds of sound');
    expect(seen(bot)).toEqual(['entered', 'recordingStarted']);
    room.host.remove('Earshot');
    expect((await endOf(bot)).reason).toBe(EndReason.REMOVED);
    await ann.leave();
  });

  it.concurrent('takes a voice for somebody, and a stream of nobody’s that is silent for nobody', async () => {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'web', variants: plain('frame', 'foreign') });
    const ann = await room.join({ name: 'Ann' });
    const seconds = 5;
    const bot = scheduler.order({
      meetingUrl: room.link,
      leave: { ...leave, noOneJoinedSeconds: seconds, everyoneLeftSeconds: seconds },
    });
    // From before it comes: a busy machine may take seconds to see that somebody is there.
    let speaksUntil = performance.now() + 60_000;
    const speaking = (async () => {
      while (performance.now() < speaksUntil) await ann.say('the quick brown fox jumps over the lazy dog');
    })();
    await until(bot, 'recordingStarted');
    // Twice as long as nobody may be there.
    speaksUntil = performance.now() + 2 * seconds * 1000;
    await speaking;
    expect(heard(bot)).toBeGreaterThan(2 * seconds * 50 * 0.8);
    expect(seen(bot)).toEqual(['entered', 'recordingStarted']);
    // Nobody speaks any more, and what could be a mixer's stream goes on.
    expect((await endOf(bot)).reason).toBe(EndReason.EVERYONE_LEFT);
    expect(media.framesOf(bot.botId).at(-1)?.level).toBeGreaterThan(50);
    await ann.leave();
  });

  it.concurrent('takes no bot of this system for company, and whoever is called like one all the same', async () => {
    const { lab, scheduler, media } = fixture;
    const after = (seconds: number) => ({ ...leave, noOneJoinedSeconds: seconds, everyoneLeftSeconds: seconds });
    const order = (room: Room, count: number, seconds: number) =>
      Array.from({ length: count }, () => scheduler.order({ meetingUrl: room.link, leave: after(seconds) }));
    // One page has ids for people, and the other shows nobody.
    const empty = [lab.createRoom({ face: 'web' }), lab.createRoom({ face: 'web', variants: plain() })];
    const room = lab.createRoom({ face: 'web' });
    const person = await room.join({ name: 'Earshot' });
    // A busy machine may take seconds to see that somebody is there: those who are to stay have twice as many.
    const [alone, kept] = [empty.flatMap((each) => order(each, 3, 4)), order(room, 2, 8)];
    for (const { reason } of await Promise.all(alone.map(endOf)))
      expect([EndReason.NO_ONE_JOINED, EndReason.EVERYONE_LEFT]).toContain(reason);
    // Ten seconds by the sound of somebody who says nothing.
    await Promise.all(kept.map((bot) => media.moments.until(() => heard(bot) > 500, 'ten seconds of sound')));
    expect(kept.map(seen)).toEqual(kept.map(() => ['entered', 'recordingStarted']));
    await person.leave();
    const ends = await Promise.all(kept.map(endOf));
    expect(ends.map(({ reason }) => reason)).toEqual(kept.map(() => EndReason.EVERYONE_LEFT));
  });
});
