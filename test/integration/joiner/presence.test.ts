import { platformWords } from '@earshot/rpc';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Artifact } from '@earshot/contract/media/v1/media.ts';
import { EndReason, Platform } from '@earshot/contract/scheduler/v1/bots.ts';
import { eventually } from '@earshot/harness';
import type { Room } from '@earshot/lab';
import { leave, type Ordered } from './fake-scheduler.ts';
import { startPictureServer, stripes, type Colour } from './picture-server.ts';
import { openFixture, type Fixture } from './fixture.ts';

/** How long somebody stays who is easily missed: the bot looks once a second. */
const STAY_MS = 400;

describe('a bot among others', { timeout: 150_000 }, () => {
  let fixture: Fixture;
  beforeAll(async () => void (fixture = await openFixture()), 30_000);
  afterAll(async () => fixture[Symbol.asyncDispose](), 30_000);

  const endOf = (bot: Ordered) => fixture.scheduler.moments.until(() => fixture.scheduler.endOf(bot.botId), 'the end');
  const names = (bot: Ordered) => fixture.media.changesOf(bot.botId).map(({ name }) => name);

  it('asks the host of a Zoom meeting, and keeps nothing before it may', async () => {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'zoom', variants: ['record-request'] });
    const ann = await room.join({ name: 'Ann' });
    // Long enough to be typed while the panels are opened, whose controls would take the keys away.
    const chatMessage = 'May I record? '.repeat(20).trim();
    const spec = { platform: Platform.ZOOM, meetingUrl: room.link, chatMessage };
    const bot = scheduler.order({ ...spec, leave: { ...leave, recordingDeniedSeconds: 300 } });
    await room.waitFor(() => room.recordingRequests().includes('Earshot'));
    // Whoever is asked reads why.
    await room.waitFor(() => room.chat.some(({ text }) => text === chatMessage));
    await ann.say('one two three');
    room.host.answerRecording('Earshot', 'denied');
    await scheduler.moments.until(() => scheduler.recordingAnswers(bot.botId).length === 1, 'the refusal');
    expect(scheduler.recordingAnswers(bot.botId)).toEqual([false]);
    expect(scheduler.seen(bot.botId)).toEqual(['entered', 'recordingAnswered']);
    expect(media.of(bot.botId)).toBeUndefined();
    // The host thinks better of it.
    room.host.answerRecording('Earshot', 'allowed');
    await scheduler.moments.until(() => scheduler.seen(bot.botId).includes('recordingStarted'), 'recording');
    expect(scheduler.recordingAnswers(bot.botId)).toEqual([false, true]);
    await media.moments.until(() => media.framesOf(bot.botId).length > 0, 'sound');
    expect(media.of(bot.botId)?.batches[0]?.clockMs).toBeLessThan(1000);
    scheduler.stop(bot);
    await endOf(bot);
    await ann.leave();
  });

  it.concurrent.each(['google-meet', 'zoom'] as const)(
    'lists whoever comes and goes between two of its looks, on %s',
    async (face) => {
      const { lab, scheduler, media } = fixture;
      const room = lab.createRoom({ face });
      const ann = await room.join({ name: 'Ann' });
      const bot = scheduler.order({ platform: platformWords.to(face), meetingUrl: room.link, botName: 'Earshot' });
      await media.moments.until(() => names(bot).includes('Ann'), 'the roster');
      const passers = ['Ben', 'Cy'];
      for (const name of passers) {
        const passer = await room.join({ name });
        await pause(STAY_MS);
        await passer.vanish();
      }
      const gone = () => media.changesOf(bot.botId).filter(({ action }) => action === 'PARTICIPANT_ACTION_LEFT');
      await media.moments.until(() => gone().length >= passers.length, `all of them: ${names(bot).join(', ')}`);
      expect(new Set(gone().map(({ name }) => name))).toEqual(new Set(passers));
      scheduler.stop(bot);
      await Promise.all([room.waitUntilGone('Earshot'), ann.leave()]);
    },
  );

  it.concurrent('leaves when nobody but bots is there any more, and not while a person is', async () => {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'web' });
    const ann = await room.join({ name: 'Ann' });
    const other = await room.join({ name: 'ACME Notetaker (2)' });
    const botDetection = { nameParts: ['notetaker'], activateAfterSeconds: 1, timeoutSeconds: 1 };
    const bot = scheduler.order({ meetingUrl: room.link, leave: { ...leave, botDetection } });
    await media.moments.until(() => names(bot).length === 2, 'the roster');
    // Well past both times: sound arrives at 50 packets a second from each of the two.
    await media.moments.until(() => media.framesOf(bot.botId).length > 400, 'four seconds of sound');
    expect(scheduler.endOf(bot.botId)).toBeUndefined();
    await ann.leave();
    expect((await endOf(bot)).reason).toBe(EndReason.ONLY_BOTS_LEFT);
    await other.leave();
  });

  it.concurrent(
    'leaves a Zoom meeting in which it may not record: refused, run out, not answered; one that takes no requests is recorded',
    async () => {
      const { lab, scheduler, media } = fixture;
      const rooms = ['record-request', 'record-request', 'record-request', 'record-forbidden'].map((variant) =>
        lab.createRoom({ face: 'zoom', variants: [variant] }),
      );
      const bots = rooms.map((room) =>
        scheduler.order({
          platform: Platform.ZOOM,
          meetingUrl: room.link,
          leave: { ...leave, recordingDeniedSeconds: 10 },
        }),
      );
      const [refused, ranOut, , forbidden] = bots as [Ordered, Ordered, Ordered, Ordered];
      const answer = async (room: Room, told: 'denied' | 'ignored') => {
        await room.waitFor(() => room.recordingRequests().includes('Earshot'));
        room.host.answerRecording('Earshot', told);
      };
      await Promise.all([answer(rooms[0]!, 'denied'), answer(rooms[1]!, 'ignored')]);
      await scheduler.moments.until(() => scheduler.seen(forbidden.botId).includes('recordingStarted'), 'recording');
      scheduler.stop(forbidden);
      const ends = await Promise.all(bots.map(endOf));
      const { RECORDING_DENIED, STOP_ORDERED } = EndReason;
      expect(ends.map(({ reason }) => reason)).toEqual([
        RECORDING_DENIED,
        RECORDING_DENIED,
        RECORDING_DENIED,
        STOP_ORDERED,
      ]);
      expect(bots.map(({ botId }) => scheduler.recordingAnswers(botId))).toEqual([[false], [false], [], []]);
      expect([refused, ranOut].map(({ botId }) => media.of(botId))).toEqual([undefined, undefined]);
    },
  );

  it.concurrent.each(['web', 'google-meet', 'teams', 'zoom'] as const)(
    'shows its picture to the others, and writes its messages, in order and once: %s',
    async (face) => {
      const { lab, scheduler } = fixture;
      const colours: Colour[] = [
        [200, 30, 30],
        [30, 160, 40],
        [30, 40, 200],
      ];
      await using pictures = await startPictureServer({ '/logo': stripes(colours) });
      const room = lab.createRoom({ face });
      const ann = await room.join({ name: 'Ann' });
      const imageUrl = `${pictures.url}/logo`;
      const bot = scheduler.order({
        platform: platformWords.to(face),
        meetingUrl: room.link,
        imageUrl,
        chatMessage: 'hello',
      });
      // Before it is inside: it is sent when it can be.
      scheduler.sendChat(bot, 'first');
      await scheduler.moments.until(() => scheduler.chatSent(bot.botId).length === 1, 'the first message');
      scheduler.sendChat(bot, 'second line');
      scheduler.sendChat(bot, 'third');
      await scheduler.moments.until(() => scheduler.chatSent(bot.botId).length === 3, 'three messages');
      expect(scheduler.chatSent(bot.botId)).toEqual([true, true, true]);
      const written = () => room.chat.filter(({ name }) => name === 'Earshot').map(({ text }) => text);
      await room.waitFor(() => written().length >= 4);
      const looksRight = (seen: number[][][] | undefined) =>
        seen?.every((row) => row.every((colour, x) => isNear(colour, colours[x] ?? [0, 0, 0])));
      await eventually(async () => looksRight(await ann.sees('Earshot')), { signal: AbortSignal.timeout(30_000) });
      scheduler.stop(bot);
      await endOf(bot);
      expect(written()).toEqual(['hello', 'first', 'second line', 'third']);
      await ann.leave();
    },
  );

  it.concurrent('goes without a picture that cannot be had, or is none, and shows its name', async () => {
    const { lab, scheduler } = fixture;
    const truncated = stripes([[255, 255, 255]]).subarray(0, 60);
    await using pictures = await startPictureServer({ '/page': Buffer.from('<html>'), '/truncated': truncated });
    const room = lab.createRoom({ face: 'web', keepsGuestsApart: true });
    const ann = await room.join({ name: 'Ann' });
    const bots = ['missing', 'page', 'truncated'].map((path) =>
      scheduler.order({ meetingUrl: room.link, botName: path, imageUrl: `${pictures.url}/${path}` }),
    );
    for (const { spec } of bots) {
      // The corners are the background of the name.
      const isNamed = (seen: number[][][] | undefined) => seen && isNear(seen[0]?.[0] ?? [], [32, 49, 74]);
      await eventually(async () => isNamed(await ann.sees(spec.botName)), { signal: AbortSignal.timeout(30_000) });
    }
    for (const bot of bots) scheduler.stop(bot);
    const ends = await Promise.all(bots.map(endOf));
    expect(ends.map(({ reason }) => reason)).toEqual(bots.map(() => EndReason.STOP_ORDERED));
    await ann.leave();
  });

  it.concurrent(
    'shows afterwards why it could not get in, or where it stood when it was told to go, without what opens the meeting',
    async () => {
      const { lab, scheduler, media } = fixture;
      const lobby = lab.createRoom({ face: 'web', lobby: true });
      const refused = scheduler.order({ meetingUrl: lobby.link });
      const stopped = scheduler.order({ meetingUrl: lobby.link, botName: 'Other' });
      const passcode = 'sesame99';
      const meetingUrl = lab.createRoom({ face: 'zoom' }).link.replace(/pwd=.*/, `pwd=${passcode}`);
      const wrong = scheduler.order({ platform: Platform.ZOOM, meetingUrl });
      await Promise.all(['Earshot', 'Other'].map((name) => lobby.waitForKnock(name)));
      lobby.host.deny('Earshot');
      scheduler.stop(stopped);
      await Promise.all([refused, stopped, wrong].map(endOf));

      // It is there when the end is reported.
      const [picture, page] = media.debugOf(refused.botId).toSorted((a, b) => b.artifact.localeCompare(a.artifact));
      expect([picture, page]).toMatchObject([
        { artifact: Artifact.SCREENSHOT, attempt: 1, reason: 'denied' },
        { artifact: Artifact.PAGE, attempt: 1, reason: 'denied' },
      ]);
      expect(picture?.content.subarray(0, 3).toString('hex')).toBe('ffd8ff');
      expect(page?.content.toString()).toContain('The host denied your request');
      expect(page?.content.toString()).not.toContain('<script');
      const atZoom = media.debugOf(wrong.botId).find(({ artifact }) => artifact === Artifact.PAGE);
      expect(atZoom?.reason).toBe('wrong-link');
      expect(atZoom?.content.toString()).toContain('Incorrect Password');
      expect(atZoom?.content.toString()).not.toContain(passcode);
      const stood = media.debugOf(stopped.botId).map(({ artifact, reason }) => ({ artifact, reason }));
      expect(stood).toHaveLength(2);
      expect(stood).toEqual(
        expect.arrayContaining([
          { artifact: Artifact.SCREENSHOT, reason: 'stop-ordered' },
          { artifact: Artifact.PAGE, reason: 'stop-ordered' },
        ]),
      );
    },
  );
});

/** Video frames go through a codec, which is not exact with colours. */
function isNear(seen: readonly number[], colour: Colour): boolean {
  return colour.every((channel, index) => Math.abs((seen[index] ?? Infinity) - channel) < 45);
}
