import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { FakeClock, SECOND, silentLog } from '@earshot/kernel';
import { PageLoader } from './page-loader.ts';

function arrive() {
  const clock = new FakeClock();
  let [url, opened, isUnderWay] = ['https://meet.example', 0, false];
  const loader = new PageLoader({
    page: { url: () => url } as Page,
    meeting: { open: () => Promise.resolve(void (opened += 1)), isUnderWay: () => isUnderWay },
    clock,
    log: silentLog,
  });
  return { loader, clock, opened: () => opened, lead: (to: string) => (url = to), knock: () => (isUnderWay = true) };
}

describe('Arrival', () => {
  it('loads a page that the network refused again, every five seconds', async () => {
    const { loader, clock, opened, lead } = arrive();
    await loader.open();
    lead('chrome-error://chromewebdata/');
    expect(loader.isFailed()).toBe(true);
    for (let second = 1; second <= 11; second += 1) {
      await clock.advance(SECOND);
      await loader.reloadIfNeeded('network');
    }
    expect(opened()).toBe(3);
  });

  it('gives a page that lost its connection ten seconds to get it back', async () => {
    const { loader, clock, opened } = arrive();
    for (let second = 1; second <= 25; second += 1) {
      await clock.advance(SECOND);
      await loader.reloadIfNeeded(second === 9 ? 'waiting' : 'network');
    }
    // Lost from the tenth second on.
    expect(opened()).toBe(2);
  });

  it('loads a page that shows nothing known for twenty seconds once more, and no more than once', async () => {
    const { loader, clock, opened } = arrive();
    await loader.open();
    for (let second = 1; second <= 70; second += 1) {
      await clock.advance(SECOND);
      await loader.reloadIfNeeded(second === 15 ? 'name' : 'loading');
      // Known again in the fifteenth second.
      expect(opened()).toBe(second < 36 ? 1 : 2);
    }
  });

  it('never loads a page again on which something came of the knock, unless the network failed it', async () => {
    const { loader, clock, opened, lead, knock } = arrive();
    await loader.open();
    knock();
    for (let second = 1; second <= 40; second += 1) {
      await clock.advance(SECOND);
      await loader.reloadIfNeeded(second < 20 ? 'network' : 'loading');
    }
    expect(opened()).toBe(1);
    lead('chrome-error://chromewebdata/');
    await loader.reloadIfNeeded('network');
    expect(opened()).toBe(2);
  });
});
