import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EndReason } from '@earshot/contract/scheduler/v1/bots.ts';
import { leave, type Ordered } from './fake-scheduler.ts';
import { setStage, type Stage } from './stage.ts';

describe('a bot among others', { timeout: 60_000 }, () => {
  let stage: Stage;
  beforeAll(async () => void (stage = await setStage()), 30_000);
  afterAll(async () => stage[Symbol.asyncDispose](), 30_000);

  const endOf = (bot: Ordered) => stage.scheduler.moments.until(() => stage.scheduler.endOf(bot.botId), 'the end');
  const names = (bot: Ordered) => stage.media.changesOf(bot.botId).map(({ name }) => name);

  it('leaves when nobody but bots is there any more, and not while a person is', async () => {
    const { lab, scheduler, media } = stage;
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
});
