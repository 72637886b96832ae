import { TranscriptionWay } from '@earshot/contract/common/v1/transcription.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { teamsLinks, type RoomOptions } from '@earshot/lab';
import { EndReason, Platform } from '@earshot/contract/scheduler/v1/bots.ts';
import { leave } from './fake-scheduler.ts';
import { openFixture, type Fixture } from './fixture.ts';

const platform = Platform.TEAMS;
const captions = { engine: 'meeting_captions', optionsJson: '{}', way: TranscriptionWay.CAPTIONS };

describe('a bot on the Teams face', { timeout: 120_000 }, () => {
  let fixture: Fixture;
  beforeAll(async () => void (fixture = await openFixture()), 30_000);
  afterAll(async () => fixture[Symbol.asyncDispose](), 30_000);

  const room = (options: Omit<RoomOptions, 'face'> = {}) => fixture.lab.createRoom({ face: 'teams', ...options });
  const order = (meetingUrl: string, policy: Partial<typeof leave> = {}, botName = 'Earshot') =>
    fixture.scheduler.order({ platform, meetingUrl, botName, leave: { ...leave, ...policy } });
  const seen = (bot: { botId: string }, what: string) =>
    fixture.scheduler.moments.until(() => fixture.scheduler.seen(bot.botId).includes(what), what);
  const end = (bot: { botId: string }) =>
    fixture.scheduler.moments.until(() => fixture.scheduler.endOf(bot.botId), 'the end');

  it('waits until it is let in, and names the voices by the marks of the tiles, and reads the captions', async () => {
    const { scheduler, media } = fixture;
    const meeting = room({ lobby: true, variants: ['language-menu'] });
    const ann = await meeting.join({ name: 'Ann', camera: true });
    const ben = await meeting.join({ name: 'Ben (Guest)' });
    const spec = { platform, meetingUrl: meeting.link, chatMessage: 'I am recording', speech: captions };
    const bot = scheduler.order(spec);
    await meeting.waitForKnock('Earshot');
    await seen(bot, 'knocked');
    expect(scheduler.seen(bot.botId)).not.toContain('entered');
    meeting.host.admit('Earshot');
    await seen(bot, 'recordingStarted');
    await media.moments.until(() => media.captionsShown(bot.botId).includes(true), 'captions turned on');
    await ann.say('the quick brown fox jumps over the lazy dog');
    await ben.say('pack my box with five dozen liquor jugs');

    const owners = () => {
      const latest = new Map<string, string>();
      for (const { trackIds, name } of media.changesOf(bot.botId)) for (const id of trackIds) latest.set(id, name);
      return latest.size === 2 && latest;
    };
    const named = await media.moments.until(owners, 'both named');
    const voiced = (id: string) =>
      media.framesOf(bot.botId).filter(({ trackId, level }) => trackId === id && level < 40);
    const middle = (id: string) => voiced(id)[Math.floor(voiced(id).length / 2)]?.arrivedMs ?? 0;
    const bySpeech = [...named.keys()].sort((a, b) => middle(a) - middle(b)).map((id) => named.get(id));
    expect(bySpeech).toEqual(['Ann', 'Ben']);

    await meeting.waitFor(() => meeting.chat.some(({ name, text }) => name === 'Earshot' && text === 'I am recording'));
    await ann.sendChat('hello bot');
    await ann.sendChat('and again');
    const chat = () => {
      const rows = media.chatOf(bot.botId).filter(({ senderName }) => senderName === 'Ann');
      return rows.length === 2 && rows.map(({ text }) => text);
    };
    expect(await media.moments.until(chat, 'the chat')).toEqual(['hello bot', 'and again']);
    const own = media.chatOf(bot.botId).flatMap(({ own: isOwn, text }) => (isOwn ? [text] : []));
    expect(own).toEqual(['I am recording']);
    // The node of the first row is used again for the fourth, of another speaker; rows say what would end a visit anywhere else.
    const finals = () =>
      media.captionsOf(bot.botId).flatMap(({ final, speakerName, text }) => (final ? `${speakerName}: ${text}` : []));
    for (const [index, person] of [ann, ben].entries()) {
      await person.caption(`You've been removed, number ${index}`);
      await person.caption(`You've been removed from this meeting ${index}`, { isAgain: true });
      const settled = () => finals().some((text) => text.endsWith(`from this meeting ${index}`));
      await media.moments.until(settled, 'the caption');
    }
    expect(finals()).toEqual([
      'Ann: the quick brown fox jumps over the lazy dog',
      'Ben: pack my box with five dozen liquor jugs',
      ...['Ann', 'Ben'].map((name, index) => `${name}: You've been removed from this meeting ${index}`),
    ]);
    expect(meeting.participants().find(({ name }) => name === 'Earshot')).toMatchObject({ mic: false, camera: false });

    const orderedAt = performance.now();
    scheduler.stop(bot);
    await meeting.waitUntilGone('Earshot');
    expect(performance.now() - orderedAt).toBeLessThan(3000);
    expect((await end(bot)).reason).toBe(EndReason.STOP_ORDERED);
    await Promise.all([ann.leave(), ben.leave()]);
  });

  it('obeys a stop in the lobby', async () => {
    const meeting = room({ lobby: true });
    const bot = order(meeting.link);
    await seen(bot, 'knocked');
    const orderedAt = performance.now();
    fixture.scheduler.stop(bot);
    await meeting.waitFor(() => meeting.knocks().length === 0);
    expect(performance.now() - orderedAt).toBeLessThan(3000);
    expect((await end(bot)).reason).toBe(EndReason.STOP_ORDERED);
  });

  it.concurrent.each([
    ['a digit link, by way of a silent sign-in', 'told to go', 'meet', []],
    ['the other host', 'removed', 'live', ['device-dialog-before']],
    ['a dialog after Join', 'in a meeting that ends', 'meetupJoin', ['device-dialog-after']],
    ['a dialog in a frame', 'left alone', 'meetupJoin', ['device-dialog-iframe']],
  ] as const)('comes straight in: %s; and says when it is %s', async (_, what, form, variants) => {
    const meeting = room({ variants });
    const ann = await meeting.join({ name: 'Ann' });
    const bot = order(teamsLinks(meeting.id)[form], { everyoneLeftSeconds: 2 });
    await seen(bot, 'recordingStarted');
    expect(fixture.scheduler.seen(bot.botId)).not.toContain('knocked');
    await fixture.media.moments.until(() => fixture.media.changesOf(bot.botId).length > 0, 'Ann seen');
    const ways = {
      'told to go': [() => fixture.scheduler.stop(bot), EndReason.STOP_ORDERED],
      removed: [() => meeting.host.remove('Earshot'), EndReason.REMOVED],
      'in a meeting that ends': [() => meeting.host.end(), EndReason.MEETING_ENDED],
      'left alone': [() => ann.leave(), EndReason.EVERYONE_LEFT],
    } as const;
    const [befall, reason] = ways[what];
    await befall();
    expect((await end(bot)).reason).toBe(reason);
    if (what !== 'left alone') await ann.vanish();
  });

  it.concurrent.each([
    ['denied', EndReason.DENIED],
    ['ignored', EndReason.DENIED],
    ['told that it ended', EndReason.MEETING_ENDED],
  ])('says when it is %s in the lobby', async (what, reason) => {
    const meeting = room({ lobby: true, variants: ['lobby-by-name', 'lobby-keeps-join'] });
    const bot = order(meeting.link);
    await meeting.waitForKnock('Earshot');
    await seen(bot, 'knocked');
    if (what === 'denied') meeting.host.deny('Earshot');
    else if (what === 'ignored') meeting.host.ignore('Earshot');
    else meeting.host.end();
    expect((await end(bot)).reason).toBe(reason);
  });

  it.concurrent.each([
    ['in a meeting that has not begun', 'not-started', EndReason.WAITING_ROOM_TIMEOUT],
    ['under a name that says it was denied', 'lobby-by-name', EndReason.WAITING_ROOM_TIMEOUT],
  ])('gives up when nobody lets it in, %s', async (_, variant, reason) => {
    const meeting = room({ lobby: true, variants: [variant] });
    const name = variant === 'lobby-by-name' ? 'You were denied access' : 'Earshot';
    const bot = order(meeting.link, { waitingRoomSeconds: 2 }, name);
    expect((await end(bot)).reason).toBe(reason);
    expect(fixture.scheduler.seen(bot.botId)).not.toContain('entered');
    await meeting.waitFor(() => meeting.knocks().length === 0);
  });

  it.concurrent.each([
    ['a captcha', 'captcha', EndReason.BLOCKED],
    ['a sign-in dialog', 'sign-in', EndReason.SIGN_IN_REQUIRED],
    ['a sign-in page', 'sign-in-redirect', EndReason.SIGN_IN_REQUIRED],
  ])('takes %s for what it is', async (_, variant, reason) => {
    const bot = order(room({ variants: [variant] }).link);
    expect((await end(bot)).reason).toBe(reason);
  });

  it.concurrent('says that a link leads nowhere, or that its passcode is wrong', async () => {
    const meeting = room();
    const nowhere = order(teamsLinks('9000000000000').meetupJoin);
    const wrong = order(`https://teams.microsoft.com/meet/${meeting.id}?p=wrong`);
    const ends = await Promise.all([nowhere, wrong].map(end));
    expect(ends.map(({ reason }) => reason)).toEqual([EndReason.WRONG_LINK, EndReason.WRONG_LINK]);
  });
});
