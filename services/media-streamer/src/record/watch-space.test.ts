import { FakeClock, MINUTE, silentLog, type Log } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { createSpaceWatch } from './watch-space.ts';

it('says once a minute that there is little room, and again at once after there was enough', async () => {
  const clock = new FakeClock();
  const warnedMb: unknown[] = [];
  const log: Log = { ...silentLog, error: (_, fields) => void warnedMb.push(fields?.['freeMb']), child: () => log };
  let freeMb = 11;
  const watch = createSpaceWatch({ freeBytes: async () => freeMb * 1024 * 1024, lowMb: 10, clock, log });
  await watch();
  expect(warnedMb).toEqual([]);
  freeMb = 9;
  await watch();
  await watch();
  expect(warnedMb).toEqual([9]);
  await clock.advance(MINUTE);
  await watch();
  expect(warnedMb).toEqual([9, 9]);
  freeMb = 10;
  await watch();
  freeMb = 8;
  await watch();
  expect(warnedMb).toEqual([9, 9, 8]);
});
