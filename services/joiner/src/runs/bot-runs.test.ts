import { FakeClock, silentLog, type AccountId, type BotId } from '@earshot/kernel';
import { expect, it } from 'vitest';
import type { WorkerEvent } from '../browser/ipc.ts';
import type { Assignment } from '../domain/bot.ts';
import { UnackedReports } from '../domain/unacked-reports.ts';
import { createBotRuns, type BotRunsDeps } from './bot-runs.ts';

const assignment = {
  ref: { botId: 'bot-1' as BotId, epoch: 1 },
  ...{
    accountId: 'account-1' as AccountId,
    imageUrl: '',
    visit: { platform: 'web', meetingUrl: 'https://meet.example/room?pwd=s3cret' },
  },
} as Assignment;

it('reports the end of a visit when the bot is out, and waits for its recording only before it closes', async () => {
  const clock = new FakeClock();
  const unackedReports = new UnackedReports();
  const { promise: isEndReported, resolve: onEndReported } = Promise.withResolvers<void>();
  const revoked: unknown[] = [];
  const finished = Promise.withResolvers<boolean>();
  let workerEvent: (event: WorkerEvent) => void = () => {};
  const deps = {
    ...{ maxBots: 1, unackedReports, clock, log: silentLog },
    flush: () => unackedReports.all().some(({ event }) => event.seen === 'ended') && onEndReported(),
    workers: {
      place: (...[, , listener]: [string, unknown, { onEvent: typeof workerEvent }]) => {
        workerEvent = listener.onEvent;
        return { recording: () => {} };
      },
    },
    openIngest: () => ({
      finish: () => finished.promise,
      revoke: async () => void revoked.push('ingest'),
    }),
    metrics: { ended: () => {} },
  } as unknown as BotRunsDeps;
  const runs = createBotRuns(deps);
  runs.handleCommand({ kind: 'assign', assignment });
  expect(runs.find(assignment.ref.botId)?.assignment).toBe(assignment);
  expect(runs.find('bot-2' as BotId)).toBeUndefined();
  workerEvent({ case: 'began', at: clock.now() });
  const outAt = clock.now();
  const ending = { reason: 'everyone-left', detail: 'no room s3cret', retryable: false } as const;
  workerEvent({ case: 'ended', ending, clockMs: 0 });
  await isEndReported;
  const event = {
    ...{ seen: 'ended', reason: 'everyone-left', isRecordingPending: true },
    // What opens the meeting is not reported.
    detail: 'no room [removed]',
  };
  expect(unackedReports.all()).toMatchObject([{ at: outAt, event }]);
  expect(runs.find(assignment.ref.botId)).toBeUndefined();
  expect(runs.holdings().freeSlots).toBe(1);
  // As the scheduler, for which the visit is over, answers a heartbeat that had the ref once more.
  runs.handleCommand({ kind: 'revoke', ref: assignment.ref });
  let isDrained = false;
  const drained = runs.drain().then(() => (isDrained = true));
  await clock.advance(48_000);
  expect({ isDrained, revoked }).toEqual({ isDrained: false, revoked: [] });
  finished.resolve(true);
  await drained;
});
