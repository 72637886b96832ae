import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EndReason } from '@earshot/contract/scheduler/v1/bots.ts';
import type { LabParticipant } from '@earshot/lab';
import { childrenOf, renderersUnder } from './browser-processes.ts';
import { openFixture, type Fixture } from './fixture.ts';

describe('a bot when something is lost', { timeout: 120_000 }, () => {
  let fixture: Fixture;
  let ann: LabParticipant | undefined;
  beforeAll(async () => void (fixture = await openFixture()), 30_000);
  afterEach(async () => {
    await ann?.leave();
    ann = undefined;
  });
  afterAll(async () => fixture[Symbol.asyncDispose](), 30_000);

  async function recordingBot() {
    const { lab, scheduler, media } = fixture;
    const room = lab.createRoom({ face: 'web' });
    ann = await room.join({ name: 'Ann' });
    const bot = scheduler.order({ meetingUrl: room.link });
    await scheduler.moments.until(() => scheduler.seen(bot.botId).includes('recordingStarted'), 'recording');
    await media.moments.until(() => media.framesOf(bot.botId).length > 50, 'sound');
    return { room, bot };
  }

  it('stays in its meeting while the scheduler is away, and reports what it saw afterwards', async () => {
    const { room, bot } = await recordingBot();
    const { scheduler, media } = fixture;
    const before = media.framesOf(bot.botId).length;
    scheduler.cut();
    scheduler.stop(bot);
    await room.waitUntilGone('Earshot');
    await scheduler.moments.until(() => scheduler.endOf(bot.botId), 'the end');
    expect(scheduler.seen(bot.botId)).toEqual(['entered', 'recordingStarted', 'leaving', 'ended']);
    expect(media.framesOf(bot.botId).length).toBeGreaterThanOrEqual(before);
  });

  it('goes on with the media-streamer where it was, without a gap', async () => {
    const { bot } = await recordingBot();
    const { scheduler, media } = fixture;
    for (let round = 1; round <= 3; round++) {
      const starts = media.of(bot.botId)?.starts ?? 0;
      media.cut();
      // At least one: a stream that is cut while it opens is opened once more.
      await media.moments.until(() => (media.of(bot.botId)?.starts ?? 0) > starts, 'another stream');
      const count = media.framesOf(bot.botId).length;
      await media.moments.until(() => media.framesOf(bot.botId).length > count + 50, 'more');
    }
    const frames = media.framesOf(bot.botId);
    // One sender, 20 ms a packet: a gap would show in the packets' own clock.
    const steps = frames.slice(1).map(({ rtpTimestamp }, index) => rtpTimestamp - (frames[index]?.rtpTimestamp ?? 0));
    expect(new Set(steps)).toEqual(new Set([960]));
    const clocks = media.of(bot.botId)?.batches.map(({ clockMs }) => clockMs) ?? [];
    expect(clocks).toEqual([...clocks].sort((a, b) => a - b));
    scheduler.stop(bot);
    await scheduler.moments.until(() => scheduler.endOf(bot.botId), 'the end');
    await media.moments.until(() => media.of(bot.botId)?.isFinished, 'the finished recording');
  });

  it('is reported as lost, to be tried again, when its browser process dies', async () => {
    const { bot } = await recordingBot();
    const { scheduler, media } = fixture;
    for (const pid of childrenOf(process.pid)) process.kill(pid, 'SIGKILL');
    const end = await scheduler.moments.until(() => scheduler.endOf(bot.botId), 'the end');
    expect(end).toMatchObject({ reason: EndReason.WORKER_LOST, retryable: true });
    expect(media.of(bot.botId)?.isFinished).toBe(false);
  });

  it('is reported as lost, to be tried again, when its page hangs', async () => {
    const { room, bot } = await recordingBot();
    const renderers = childrenOf(process.pid).flatMap(renderersUnder);
    expect(renderers.length).toBeGreaterThan(0);
    for (const pid of renderers) process.kill(pid, 'SIGSTOP');
    const end = await fixture.scheduler.moments.until(() => fixture.scheduler.endOf(bot.botId), 'the end', 20_000);
    expect(end).toMatchObject({ reason: EndReason.WORKER_LOST, retryable: true });
    expect(fixture.scheduler.seen(bot.botId)).not.toContain('leaving');
    await room.waitUntilGone('Earshot');
    // Nobody else gets a browser with pages that hang.
    for (const pid of childrenOf(process.pid)) process.kill(pid, 'SIGKILL');
  });

  it('is handed over when the joiner closes', async () => {
    const { room, bot } = await recordingBot();
    await fixture.joiner[Symbol.asyncDispose]();
    expect(room.participants().map(({ name }) => name)).toEqual(['Ann']);
    expect(fixture.scheduler.endOf(bot.botId)).toMatchObject({ reason: EndReason.WORKER_LOST, retryable: true });
    expect(fixture.media.of(bot.botId)?.isFinished).toBe(false);
  });
});
