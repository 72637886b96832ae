import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EndReason } from '@earshot/contract/scheduler/v1/bots.ts';
import { AudioCodec } from '@earshot/contract/media/v1/media.ts';
import { leave } from './fake-scheduler.ts';
import { openFixture, type Fixture } from './fixture.ts';

describe('a bot on the plain face', { timeout: 120_000 }, () => {
  let fixture: Fixture;
  beforeAll(async () => void (fixture = await openFixture()), 30_000);
  afterAll(async () => fixture[Symbol.asyncDispose](), 30_000);

  it('hears two speakers under their names and leaves within three seconds of the command', async () => {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'web' });
    const ann = await room.join({ name: 'Ann', camera: true });
    const bot = scheduler.order({ meetingUrl: room.link, chatMessage: 'I am recording' });
    await room.waitForParticipant('Earshot');
    await scheduler.moments.until(() => scheduler.seen(bot.botId).includes('recordingStarted'), 'recording');
    const ben = await room.join({ name: 'Ben' });
    await Promise.all([ann.say('the quick brown fox jumps over the lazy dog'), ben.say('pack my box with jugs')]);
    const named = () => {
      const owners = new Map<string, string>();
      for (const { trackIds, name } of media.changesOf(bot.botId)) for (const id of trackIds) owners.set(id, name);
      return new Set(owners.values()).size === 2 && owners;
    };
    const owners = await media.moments.until(named, 'both named');
    expect(new Set(owners.values())).toEqual(new Set(['Ann', 'Ben']));

    const frames = media.framesOf(bot.botId);
    expect(new Set(frames.map(({ codec }) => codec))).toEqual(new Set([AudioCodec.OPUS]));
    for (const id of owners.keys()) {
      const times = frames.filter(({ trackId }) => trackId === id).map(({ arrivedMs }) => arrivedMs);
      const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
      expect(times.length / seconds).toBeGreaterThan(47);
      expect(times.length / seconds).toBeLessThan(53);
    }
    expect(frames.some(({ level }) => level < 40)).toBe(true);
    const changes = media.changesOf(bot.botId);
    expect(changes.find(({ name }) => name === 'Ann')?.alreadyPresent).toBe(true);
    expect(changes.find(({ name }) => name === 'Ben')?.alreadyPresent).toBe(false);
    expect(changes.some(({ name }) => name === 'Earshot')).toBe(false);
    await room.waitFor(() => room.chat.some(({ name, text }) => name === 'Earshot' && text === 'I am recording'));
    await ann.sendChat('hello bot');
    const chat = () => media.chatOf(bot.botId).find(({ senderName }) => senderName === 'Ann');
    const senderId = changes.find(({ name }) => name === 'Ann')?.participantId;
    expect(await media.moments.until(chat, 'the chat')).toMatchObject({ text: 'hello bot', senderId, own: false });
    expect(media.chatOf(bot.botId).find(({ senderName }) => senderName === 'Earshot')).toMatchObject({ own: true });
    // The camera's frames were replaced, and nobody was asked for keyframes because of it.
    const heard = await ann.heard();
    expect(heard['Earshot']?.keyframeRequests ?? 0).toBeLessThan(4);

    const orderedAt = performance.now();
    scheduler.stop(bot);
    await room.waitUntilGone('Earshot');
    expect(performance.now() - orderedAt).toBeLessThan(3000);
    const end = await scheduler.moments.until(() => scheduler.endOf(bot.botId), 'the end');
    expect(end).toMatchObject({ reason: EndReason.STOP_ORDERED, retryable: false });
    expect(scheduler.seen(bot.botId)).toEqual(['entered', 'recordingStarted', 'leaving', 'ended']);
    await media.moments.until(() => media.of(bot.botId)?.isFinished, 'the finished recording');
    await Promise.all([ann.leave(), ben.leave()]);
  });

  it('waits in the lobby, and obeys there', async () => {
    const { lab, scheduler } = fixture;
    const room = lab.createRoom({ face: 'web', lobby: true });
    const bot = scheduler.order({ meetingUrl: room.link });
    await room.waitForKnock('Earshot');
    await scheduler.moments.until(() => scheduler.seen(bot.botId).includes('knocked'), 'the knock');
    const orderedAt = performance.now();
    scheduler.stop(bot);
    await room.waitFor(() => room.knocks().length === 0);
    expect(performance.now() - orderedAt).toBeLessThan(3000);
    const end = await scheduler.moments.until(() => scheduler.endOf(bot.botId), 'the end');
    expect(end.reason).toBe(EndReason.STOP_ORDERED);
  });

  it.concurrent('is let in, and leaves when everybody else has left', async () => {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'web', lobby: true });
    const ann = await room.join({ name: 'Ann' });
    const bot = scheduler.order({ meetingUrl: room.link, leave: { ...leave, everyoneLeftSeconds: 1 } });
    await room.waitForKnock('Earshot');
    await scheduler.moments.until(() => scheduler.seen(bot.botId).includes('knocked'), 'the knock');
    room.host.admit('Earshot');
    await scheduler.moments.until(() => scheduler.seen(bot.botId).includes('recordingStarted'), 'recording');
    await media.moments.until(() => media.changesOf(bot.botId).length > 0, 'the roster');
    await ann.leave();
    const end = await scheduler.moments.until(() => scheduler.endOf(bot.botId), 'the end');
    expect(end.reason).toBe(EndReason.EVERYONE_LEFT);
    expect(media.changesOf(bot.botId).map(({ action }) => action)).toContain('PARTICIPANT_ACTION_LEFT');
    expect(scheduler.seen(bot.botId)).toEqual(['knocked', 'entered', 'recordingStarted', 'leaving', 'ended']);
  });

  it.concurrent.each([
    ['denied', EndReason.DENIED],
    ['ignored', EndReason.DENIED],
  ])('says when its knock is %s', async (what, reason) => {
    const { lab, scheduler } = fixture;
    const room = lab.createRoom({ face: 'web', lobby: true });
    const bot = scheduler.order({ meetingUrl: room.link });
    await room.waitForKnock('Earshot');
    if (what === 'denied') room.host.deny('Earshot');
    else room.host.ignore('Earshot');
    const end = await scheduler.moments.until(() => scheduler.endOf(bot.botId), 'the end');
    expect(end.reason).toBe(reason);
  });

  it.concurrent.each([
    ['removed', EndReason.REMOVED],
    ['ended', EndReason.MEETING_ENDED],
  ])('says when it is %s', async (what, reason) => {
    const { lab, scheduler } = fixture;
    const room = lab.createRoom({ face: 'web' });
    const bot = scheduler.order({ meetingUrl: room.link });
    await scheduler.moments.until(() => scheduler.seen(bot.botId).includes('recordingStarted'), 'recording');
    if (what === 'removed') room.host.remove('Earshot');
    else room.host.end();
    const end = await scheduler.moments.until(() => scheduler.endOf(bot.botId), 'the end');
    expect(end.reason).toBe(reason);
  });

  it.concurrent('says that a link leads nowhere', async () => {
    const { lab, scheduler } = fixture;
    const bot = scheduler.order({ meetingUrl: `${lab.url}/r/nothing` });
    const end = await scheduler.moments.until(() => scheduler.endOf(bot.botId), 'the end');
    expect(end).toMatchObject({ reason: EndReason.WRONG_LINK, retryable: false });
  });
});
