import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Heartbeat } from '@earshot/contract/scheduler/v1/joiner_control.ts';
import { EndReason } from '@earshot/contract/scheduler/v1/bots.ts';
import { startLab, type Lab } from '@earshot/lab';
import { startFakeMedia, type FakeMedia } from './fake-media.ts';
import { startFakeScheduler, type FakeScheduler } from './fake-scheduler.ts';
import { joinerEnv } from './fixture.ts';

const main = join(import.meta.dirname, '../../../services/joiner/src/main.ts');
const handedOver = { reason: EndReason.WORKER_LOST, retryable: true };

describe('a joiner that is stopped', { timeout: 120_000 }, () => {
  let lab: Lab;
  let media: FakeMedia;
  const started: AsyncDisposable[] = [];
  beforeAll(async () => void ([lab, media] = await Promise.all([startLab(), startFakeMedia()])));
  afterAll(async () => {
    for (const part of [...started, media, lab]) await part[Symbol.asyncDispose]();
  });

  /** A joiner in a process of its own, with a bot in a meeting. */
  async function attending(env: Record<string, string> = {}) {
    const scheduler = await startFakeScheduler();
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      env: { ...process.env, ...joinerEnv({ lab, scheduler, media }), ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const ended = once(child, 'exit').then(([code]) => code as number | null);
    started.push({ [Symbol.asyncDispose]: () => dispose(child, scheduler) });
    const room = lab.createRoom({ face: 'web' });
    const bot = scheduler.order({ meetingUrl: room.link });
    await scheduler.moments.until(() => scheduler.seen(bot.botId).includes('recordingStarted'), 'recording');
    return { scheduler, room, bot, child, ended };
  }
  const takesNoMore = ({ moments, heartbeat }: FakeScheduler) =>
    moments.until(() => heartbeat()?.freeSlots === 0, 'no free slots');

  it.concurrent('lets its bots finish their meetings, and takes no others', async () => {
    const { scheduler, room, bot, child, ended } = await attending();
    child.kill('SIGTERM');
    await takesNoMore(scheduler);
    const late = scheduler.order({ meetingUrl: lab.createRoom({ face: 'web' }).link });
    // The ref is still sent with each heartbeat, so that its lease goes on.
    const beats = new Set<Heartbeat>();
    await scheduler.moments.until(() => {
      const beat = scheduler.heartbeat();
      if (beat?.refs.some(({ botId }) => botId === bot.botId)) beats.add(beat);
      return beats.size >= 4;
    }, 'heartbeats');
    expect(scheduler.endOf(bot.botId)).toBeUndefined();
    expect(room.participants().map(({ name }) => name)).toEqual(['Earshot']);
    room.host.end();
    expect(await ended).toBe(0);
    expect(scheduler.endOf(bot.botId)?.reason).toBe(EndReason.MEETING_ENDED);
    expect(media.of(bot.botId)?.isFinished).toBe(true);
    expect(scheduler.seen(late.botId)).toEqual([]);
  });

  it.concurrent('hands over whoever is still in a meeting when the time for that is over', async () => {
    const { scheduler, room, bot, child, ended } = await attending({ DRAIN_MS: '1000' });
    child.kill('SIGTERM');
    await room.waitUntilGone('Earshot');
    expect(await ended).toBe(0);
    expect(scheduler.endOf(bot.botId)).toMatchObject(handedOver);
    expect(media.of(bot.botId)?.isFinished).toBe(false);
  });

  it.concurrent('has its bots leave at once, to be taken over, when it is interrupted', async () => {
    const { scheduler, room, bot, child, ended } = await attending();
    child.kill('SIGINT');
    await room.waitUntilGone('Earshot');
    expect(await ended).toBe(130); // 128 + SIGINT
    expect(scheduler.endOf(bot.botId)).toMatchObject(handedOver);
  });

  it.concurrent('ends without a word at the second signal', async () => {
    const { scheduler, room, bot, child, ended } = await attending();
    child.kill('SIGTERM');
    await takesNoMore(scheduler);
    child.kill('SIGTERM');
    expect(await ended).toBe(1);
    await room.waitUntilGone('Earshot');
    expect(scheduler.endOf(bot.botId)).toBeUndefined();
  });
});

async function dispose(child: ChildProcess, scheduler: FakeScheduler): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await scheduler[Symbol.asyncDispose]();
}
