import { FakeClock, SECOND, silentLog } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { UnackedReports } from '../domain/unacked-reports.ts';
import { openIngestStream } from './ingest-stream.ts';
import { AssignmentTokens } from './assignment-tokens.ts';
import { openControlStream } from './control-stream.ts';

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
  await using _ = openControlStream({
    client: { connect: () => scheduler.call() },
    identity: { joinerId: 'joiner', token: '' } as never,
    rpcAddress: '',
    tokens: new AssignmentTokens(),
    unackedReports: new UnackedReports(),
    ...{ clock, log: silentLog },
    holdings: () => ({ freeSlots: 1, refs: [] }),
    handleCommand: () => {},
    forgotten: () => {},
  });
  await pass(clock, 10 * SECOND);
  expect(scheduler.calls).toBeLessThan(20);
});

it('dials a media-streamer that resumes and drops at once ever more seldom', async () => {
  const clock = new FakeClock();
  const streamer = createDropper({ message: { $case: 'resume' as const, value: { nextSequence: 1 } } });
  const ingest = openIngestStream(
    { client: { ingest: () => streamer.call() }, clock, log: silentLog, onRecording: () => {} },
    {} as never,
  );
  await pass(clock, 10 * SECOND);
  await ingest.revoke();
  expect(streamer.calls).toBeLessThan(20);
});
