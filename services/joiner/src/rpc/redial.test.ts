import { FakeClock, SECOND, silentLog } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { Outbox } from '../domain/outbox.ts';
import { openIngestLine } from '../media/ingest-line.ts';
import { AssignmentTokens } from './assignment-tokens.ts';
import { openAttendance } from './attendance.ts';

/** A peer that answers each call once and drops it at once, which counts how often it was called. */
function createDropper<Answer>(answer: Answer) {
  const dropper = {
    calls: 0,
    async *call(): AsyncGenerator<Answer> {
      dropper.calls++;
      yield answer;
    },
  };
  return dropper;
}

async function pass(clock: FakeClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    await clock.advance(10);
    await new Promise(setImmediate);
  }
}

it('dials a scheduler that answers and drops at once ever more seldom', async () => {
  const clock = new FakeClock();
  const scheduler = createDropper({ message: undefined });
  await using _ = openAttendance({
    client: { attend: () => scheduler.call() },
    identity: { joinerId: 'joiner', token: '' } as never,
    tokens: new AssignmentTokens(),
    outbox: new Outbox(),
    ...{ clock, log: silentLog },
    report: () => ({ freeSeats: 1, seats: [] }),
    heed: () => {},
    forgotten: () => {},
  });
  await pass(clock, 10 * SECOND);
  expect(scheduler.calls).toBeLessThan(20);
});

it('dials a media-streamer that resumes and drops at once ever more seldom', async () => {
  const clock = new FakeClock();
  const streamer = createDropper({ message: { $case: 'resume' as const, value: { nextSequence: 1 } } });
  const ingest = openIngestLine(
    { client: { ingest: () => streamer.call() }, clock, log: silentLog, onRecording: () => {} },
    {} as never,
  );
  await pass(clock, 10 * SECOND);
  await ingest.abandon();
  expect(streamer.calls).toBeLessThan(20);
});
