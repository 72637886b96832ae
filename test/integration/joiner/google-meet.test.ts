import { TranscriptionWay } from '@earshot/contract/common/v1/transcription.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EndReason, Platform } from '@earshot/contract/scheduler/v1/bots.ts';
import { AudioCodec } from '@earshot/contract/media/v1/media.ts';
import type { Ordered } from './fake-scheduler.ts';
import { openFixture, type Fixture } from './fixture.ts';

const platform = Platform.GOOGLE_MEET;
const captions = { engine: 'meeting_captions', optionsJson: '{}', way: TranscriptionWay.CAPTIONS };

describe('a bot on the Google Meet face', { timeout: 120_000 }, () => {
  let fixture: Fixture;
  beforeAll(async () => void (fixture = await openFixture()), 30_000);
  afterAll(async () => fixture[Symbol.asyncDispose](), 30_000);

  /** Has nothing of what happens in a pause leave the browser but who comes and goes. */
  async function pauseFor(bot: Ordered, happens: () => Promise<void>): Promise<void> {
    const { scheduler, media } = fixture;
    const { botId } = bot;
    const isPaused = (paused: boolean) =>
      scheduler.moments.until(() => scheduler.pausesOf(botId).at(-1) === paused, 'the pause');
    const batches = () => media.of(botId)?.batches ?? [];
    const clockMs = () => Number(batches().at(-1)?.clockMs ?? 0);
    scheduler.setPaused(bot, true);
    await isPaused(true);
    await happens();
    scheduler.setPaused(bot, false);
    await isPaused(false);
    const from = clockMs();
    // Captions lag behind what was said.
    await media.moments.until(() => clockMs() > from + 6000, 'what comes after the pause');
    const paused = batches().filter((batch) => batch.paused);
    const unpausedAt = Number(batches()[batches().lastIndexOf(paused.at(-1)!) + 1]?.clockMs);
    expect(paused.length).toBeGreaterThan(10);
    expect(paused.flatMap(({ frames, chat, speaking }) => [...frames, ...chat, ...speaking])).toEqual([]);
    expect(batches().every(({ clockMs }, index, all) => index === 0 || clockMs >= all[index - 1]!.clockMs)).toBe(true);
    const after = batches()
      .slice(batches().indexOf(paused[0]!))
      .flatMap(({ frames }) => frames);
    expect(after.every(({ arrivedMs }) => Number(arrivedMs) >= unpausedAt - 1000)).toBe(true);
    expect(scheduler.pausesOf(botId)).toEqual(expect.arrayContaining([true, false]));
    expect(media.chatOf(botId).filter(({ text }) => ['secret', 'still here'].includes(text))).toEqual([]);
  }

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
    const own = media.chatOf(bot.botId).flatMap(({ own: isOwn, text }) => (isOwn ? [text] : []));
    expect(own).toEqual(['I am recording']);

    // A row is written anew in place, goes on after a pause, and says what would end a visit anywhere else.
    await ann.caption("You've been remove");
    await ann.caption("You've been removed from the meeting.", { isAgain: true });
    const finals = () =>
      media.captionsOf(bot.botId).flatMap(({ final, speakerName, text }) => (final ? `${speakerName}: ${text}` : []));
    const removal = "Ann: You've been removed from the meeting.";
    await media.moments.until(() => finals().includes(removal), 'the caption');
    await ann.caption("You've been removed from the meeting. The call ended.", { isAgain: true });
    await media.moments.until(() => finals().includes('Ann: The call ended.'), 'what was added');
    await pauseFor(bot, async () => {
      await ann.caption("You've been removed from the meeting. The call ended. secret", { isAgain: true });
      await ben.say('the quick brown fox jumps over the lazy dog');
      await ann.sendChat('secret');
      scheduler.sendChat(bot, 'still here');
      await room.waitFor(() => room.chat.some(({ text }) => text === 'still here'));
    });
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
