import { describe, expect, it } from 'vitest';
import { FakeClock } from '@earshot/kernel';
import type { RecordingPermission } from '../platforms/platform.ts';
import type { WorkerEvent } from './ipc.ts';
import { PermissionWatch } from './permission-watch.ts';

/** One look for each answer of the page, a second apart. */
async function watch(answers: readonly RecordingPermission[]) {
  const clock = new FakeClock();
  const startedAt = clock.now();
  const event: WorkerEvent[] = [];
  const left = [...answers];
  let begun = 0;
  const permission = new PermissionWatch({
    page: { recordingPermission: async () => left.shift() ?? 'unknown' },
    clock,
    tell: (item) => event.push(item),
    begin: () => (begun += 1),
  });
  for (const _ of answers) {
    await permission.look();
    await clock.advance(1000);
  }
  const { unpermittedSince } = permission;
  return {
    begun,
    told: event.map((item) => item.case === 'recording-answered' && item.isAllowed),
    sinceMs: unpermittedSince === undefined ? undefined : unpermittedSince - startedAt,
  };
}

describe('PermissionWatch', () => {
  it('begins at once where the platform has no say', async () => {
    let begun = 0;
    const permission = new PermissionWatch({
      page: {},
      clock: new FakeClock(),
      tell: () => {},
      begin: () => (begun += 1),
    });
    await permission.look();
    await permission.look();
    expect(begun).toBe(1);
  });

  it.each<[string, RecordingPermission[], Awaited<ReturnType<typeof watch>>]>([
    ['begins unasked where nothing is offered', ['unknown', 'not-offered'], { begun: 1, told: [], sinceMs: undefined }],
    ['waits for an answer', ['asked', 'asked', 'asked'], { begun: 0, told: [], sinceMs: 0 }],
    ['begins with the permission, and says so', ['asked', 'allowed'], { begun: 1, told: [true], sinceMs: undefined }],
    ['says once that it is denied', ['asked', 'denied', 'denied'], { begun: 0, told: [false], sinceMs: 1000 }],
    [
      'takes a request that ran out for a no',
      ['asked', 'asked', 'ignored'],
      { begun: 0, told: [false], sinceMs: 2000 },
    ],
    ['begins late', ['asked', 'denied', 'allowed'], { begun: 1, told: [false, true], sinceMs: undefined }],
  ])('%s', async (_, answers, expected) => {
    expect(await watch(answers)).toEqual(expected);
  });
});
