import { FakeClock, silentLog, type AccountId, type BotId } from '@earshot/kernel';
import { expect, it } from 'vitest';
import type { VisitNews } from '../browser/ipc.ts';
import type { Assignment } from '../domain/bot.ts';
import { Outbox } from '../domain/outbox.ts';
import { createVisits, type VisitsDeps } from './visits.ts';

const assignment = {
  seat: { botId: 'bot-1' as BotId, epoch: 1 },
  ...{
    accountId: 'account-1' as AccountId,
    imageUrl: '',
    visit: { platform: 'web', meetingUrl: 'https://meet.example/room?pwd=s3cret' },
  },
} as Assignment;

it('tells the end of a visit when the bot is out, and waits for its recording only before it closes', async () => {
  const clock = new FakeClock();
  const outbox = new Outbox();
  const { promise: isEndTold, resolve: tellEnd } = Promise.withResolvers<void>();
  const abandoned: unknown[] = [];
  const finished = Promise.withResolvers<boolean>();
  let news: (told: VisitNews) => void = () => {};
  const deps = {
    ...{ seats: 1, outbox, clock, log: silentLog },
    tell: () => outbox.all().some(({ sighting }) => sighting.seen === 'ended') && tellEnd(),
    workers: {
      place: (...[, , listener]: [string, unknown, { onNews: typeof news }]) => {
        news = listener.onNews;
        return { recording: () => {} };
      },
    },
    openLine: () => ({
      finish: () => finished.promise,
      abandon: async () => void abandoned.push('line'),
    }),
    meters: { ended: () => {} },
  } as unknown as VisitsDeps;
  const visits = createVisits(deps);
  visits.heed({ kind: 'assign', assignment });
  news({ case: 'began', at: clock.now() });
  const outAt = clock.now();
  const ending = { reason: 'everyone-left', detail: 'no room s3cret', retryable: false } as const;
  news({ case: 'ended', ending, clockMs: 0 });
  await isEndTold;
  const sighting = {
    ...{ seen: 'ended', reason: 'everyone-left', isRecordingPending: true },
    // What opens the meeting is not told.
    detail: 'no room [removed]',
  };
  expect(outbox.all()).toMatchObject([{ at: outAt, sighting }]);
  expect(visits.report().freeSeats).toBe(1);
  // As the scheduler, for which the visit is over, answers a heartbeat that told the seat once more.
  visits.heed({ kind: 'abandon', seat: assignment.seat });
  let isDrained = false;
  const drained = visits.drain().then(() => (isDrained = true));
  await clock.advance(48_000);
  expect({ isDrained, abandoned }).toEqual({ isDrained: false, abandoned: [] });
  finished.resolve(true);
  await drained;
});
