import { TranscriptionWay } from '@earshot/contract/common/v1/transcription.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EndReason, Platform } from '@earshot/contract/scheduler/v1/bots.ts';
import { AudioCodec } from '@earshot/contract/media/v1/media.ts';
import { openFixture, type Fixture } from './fixture.ts';

const platform = Platform.GOOGLE_MEET;
const captions = { engine: 'meeting_captions', optionsJson: '{}', way: TranscriptionWay.CAPTIONS };

describe('a bot on the Google Meet face', { timeout: 120_000 }, () => {
  let fixture: Fixture;
  beforeAll(async () => void (fixture = await openFixture()), 30_000);
  afterAll(async () => fixture[Symbol.asyncDispose](), 30_000);

  it('reads a chat that is closed, without having written to it', async () => {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'google-meet' });
    const ann = await room.join({ name: 'Ann' });
    const bot = scheduler.order({ platform, meetingUrl: room.link, botName: 'Earshot' });
    await scheduler.moments.until(() => scheduler.seen(bot.botId).includes('recordingStarted'), 'the recording');
    await ann.sendChat('The call ended');
    const chat = () => media.chatOf(bot.botId).map(({ senderName, text }) => `${senderName}: ${text}`);
    await media.moments.until(() => chat().length > 0, 'the chat');
    expect(chat()).toContain('Ann: The call ended');
    scheduler.stop(bot);
    await Promise.all([room.waitUntilGone('Earshot'), ann.leave()]);
  });

  it('is let in, names the voices by the marks of the tiles, and reads the captions', async () => {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'google-meet', lobby: true });
    const ann = await room.join({ name: 'Ann', camera: true });
    const ben = await room.join({ name: 'Ben' });
    const bot = scheduler.order({ platform, meetingUrl: room.link, chatMessage: 'I am recording', speech: captions });
    await room.waitForKnock('Earshot');
    await scheduler.moments.until(() => scheduler.seen(bot.botId).includes('knocked'), 'the knock');
    room.host.admit('Earshot');
    await scheduler.moments.until(() => scheduler.seen(bot.botId).includes('recordingStarted'), 'recording');
    await ann.say('the quick brown fox jumps over the lazy dog');
    await ben.say('pack my box with five dozen liquor jugs');

    const owners = () => {
      const latest = new Map<string, string>();
      for (const { trackIds, name } of media.changesOf(bot.botId)) for (const id of trackIds) latest.set(id, name);
      return latest.size === 2 && latest;
    };
    const named = await media.moments.until(owners, 'both named');
    expect(new Set(named.values())).toEqual(new Set(['Ann', 'Ben']));

    // Each track is named after the one who spoke on it: Ann spoke first.
    const frames = media.framesOf(bot.botId);
    const voiced = (id: string) => frames.filter(({ trackId, level }) => trackId === id && level < 40);
    const middle = (id: string) => voiced(id)[Math.floor(voiced(id).length / 2)]?.arrivedMs ?? 0;
    const [first, second] = [...named.keys()].sort((a, b) => middle(a) - middle(b));
    expect([named.get(first ?? ''), named.get(second ?? '')]).toEqual(['Ann', 'Ben']);
    expect(new Set(frames.map(({ codec }) => codec))).toEqual(new Set([AudioCodec.OPUS]));

    const changes = media.changesOf(bot.botId);
    expect(changes.filter(({ action }) => action === 'PARTICIPANT_ACTION_JOINED')).toMatchObject([
      { name: 'Ann', alreadyPresent: true },
      { name: 'Ben', alreadyPresent: true },
    ]);
    await room.waitFor(() => room.chat.some(({ name, text }) => name === 'Earshot' && text === 'I am recording'));
    await ann.sendChat('hello bot, you have been removed from the meeting');
    const chat = () => media.chatOf(bot.botId).find(({ senderName }) => senderName === 'Ann');
    expect((await media.moments.until(chat, 'the chat')).text).toContain('hello bot');

    // A row is written anew in place, goes on after a pause, and says what would end a visit anywhere else.
    await ann.caption("You've been remove");
    await ann.caption("You've been removed from the meeting.", { isAgain: true });
    const finals = () =>
      media.captionsOf(bot.botId).flatMap(({ final, speakerName, text }) => (final ? `${speakerName}: ${text}` : []));
    const removal = "Ann: You've been removed from the meeting.";
    await media.moments.until(() => finals().includes(removal), 'the caption');
    await ann.caption("You've been removed from the meeting. The call ended.", { isAgain: true });
    await media.moments.until(() => finals().includes('Ann: The call ended.'), 'what was added');
    await ben.caption('I am still speaking');
    const open = () => media.captionsOf(bot.botId).some(({ text }) => text === 'I am still speaking');
    await media.moments.until(open, 'the last caption');
    expect(scheduler.endOf(bot.botId)).toBeUndefined();

    const orderedAt = performance.now();
    scheduler.stop(bot);
    await room.waitUntilGone('Earshot');
    expect(performance.now() - orderedAt).toBeLessThan(3000);
    const end = await scheduler.moments.until(() => scheduler.endOf(bot.botId), 'the end');
    expect(end.reason).toBe(EndReason.STOP_ORDERED);
    expect(finals()).toEqual([
      'Ann: the quick brown fox jumps over the lazy dog',
      'Ben: pack my box with five dozen liquor jugs',
      ...[removal, 'Ann: The call ended.', 'Ben: I am still speaking'],
    ]);
    expect(media.captionsOf(bot.botId)[0]).toMatchObject({ speakerName: 'Ann', participantId: ann.id, final: false });
    expect(new Set(media.captionsShown(bot.botId))).toEqual(new Set([true]));
    await Promise.all([ann.leave(), ben.leave()]);
  });

  it.concurrent.each([
    ['denied', EndReason.DENIED],
    ['ignored', EndReason.DENIED],
  ])('says when its knock is %s', async (what, reason) => {
    const { lab, scheduler } = fixture;
    const room = lab.createRoom({ face: 'google-meet', lobby: true });
    const bot = scheduler.order({ platform, meetingUrl: room.link });
    await room.waitForKnock('Earshot');
    if (what === 'denied') room.host.deny('Earshot');
    else room.host.ignore('Earshot');
    expect((await scheduler.moments.until(() => scheduler.endOf(bot.botId), 'the end')).reason).toBe(reason);
  });

  it.concurrent.each([
    ['removed', EndReason.REMOVED],
    ['ended', EndReason.MEETING_ENDED],
  ])('says when it is %s', async (what, reason) => {
    const { lab, scheduler } = fixture;
    const room = lab.createRoom({ face: 'google-meet' });
    const bot = scheduler.order({ platform, meetingUrl: room.link });
    await scheduler.moments.until(() => scheduler.seen(bot.botId).includes('recordingStarted'), 'recording');
    if (what === 'removed') room.host.remove('Earshot');
    else room.host.end();
    expect((await scheduler.moments.until(() => scheduler.endOf(bot.botId), 'the end')).reason).toBe(reason);
  });

  it.concurrent('says that a code leads nowhere', async () => {
    const { scheduler } = fixture;
    const wrong = scheduler.order({ platform, meetingUrl: 'https://meet.google.com/zzz-zzzz-zzz' });
    const end = await scheduler.moments.until(() => scheduler.endOf(wrong.botId), 'the end');
    expect(end.reason).toBe(EndReason.WRONG_LINK);
  });
});
