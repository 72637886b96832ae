import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { FakeClock, SECOND, silentLog } from '@earshot/kernel';
import { Arrival } from './arrival.ts';

function arrive() {
  const clock = new FakeClock();
  let [url, opened, isUnderWay] = ['https://meet.example', 0, false];
  const arrival = new Arrival({
    page: { url: () => url } as Page,
    meeting: { open: () => Promise.resolve(void (opened += 1)), isUnderWay: () => isUnderWay },
    clock,
    log: silentLog,
  });
  return { arrival, clock, opened: () => opened, lead: (to: string) => (url = to), knock: () => (isUnderWay = true) };
}

describe('Arrival', () => {
  it('loads a page that the network refused again, every five seconds', async () => {
    const { arrival, clock, opened, lead } = arrive();
    await arrival.open();
    lead('chrome-error://chromewebdata/');
    expect(arrival.isFailed()).toBe(true);
    for (let second = 1; second <= 11; second += 1) {
      await clock.advance(SECOND);
      await arrival.heed('network');
    }
    expect(opened()).toBe(3);
  });

  it('gives a page that lost its line ten seconds to find it again', async () => {
    const { arrival, clock, opened } = arrive();
    for (let second = 1; second <= 25; second += 1) {
      await clock.advance(SECOND);
      await arrival.heed(second === 9 ? 'waiting' : 'network');
    }
    // Lost from the tenth second on.
    expect(opened()).toBe(2);
  });

  it('loads a page that shows nothing known for twenty seconds once more, and no more than once', async () => {
    const { arrival, clock, opened } = arrive();
    await arrival.open();
    for (let second = 1; second <= 70; second += 1) {
      await clock.advance(SECOND);
      await arrival.heed(second === 15 ? 'name' : 'loading');
      // Known again in the fifteenth second.
      expect(opened()).toBe(second < 36 ? 1 : 2);
    }
  });

  it('never loads a page again on which something came of the knock, unless the network failed it', async () => {
    const { arrival, clock, opened, lead, knock } = arrive();
    await arrival.open();
    knock();
    for (let second = 1; second <= 40; second += 1) {
      await clock.advance(SECOND);
      await arrival.heed(second < 20 ? 'network' : 'loading');
    }
    expect(opened()).toBe(1);
    lead('chrome-error://chromewebdata/');
    await arrival.heed('network');
    expect(opened()).toBe(2);
  });
});
