import type { Browser, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { silentLog } from '@earshot/kernel';
import { noRefusals } from './contain-page.ts';
import type { BotPage } from './bot-page.ts';
import { createPageOpenQueue, type PageOpening } from './page-open-queue.ts';

const options: PageOpening = {
  marks: { hidesEncodedStreams: false },
  botName: 'Earshot',
  picture: undefined,
  flushIntervalMs: 100,
  log: silentLog,
  onMessage() {},
};
const never = new AbortController().signal;

/** A browser whose pages open when the test says so. */
function slowBrowser() {
  const opening: PromiseWithResolvers<BotPage>[] = [];
  let closed = 0;
  const page: BotPage = {
    page: {} as Page,
    gone: never,
    refusals: noRefusals(),
    askForKeyFrame: () => {},
    captureTab: () => {},
    fitPicture: async () => undefined,
    close: () => Promise.resolve(void (closed += 1)),
  };
  const pageOpenQueue = createPageOpenQueue(Promise.resolve({} as Browser), { allow: [] }, () => {
    const one = Promise.withResolvers<BotPage>();
    opening.push(one);
    return one.promise;
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { pageOpenQueue, opening, page, settle, closed: () => closed };
}

describe('createOpenings', () => {
  it('opens two pages at a time, the others in their turn', async () => {
    const { pageOpenQueue, opening, page, settle } = slowBrowser();
    const asked = Array.from({ length: 4 }, () => pageOpenQueue.open(options, never));
    await settle();
    expect(opening).toHaveLength(2);
    opening[0]?.resolve(page);
    expect(await asked[0]).toBe(page);
    await settle();
    expect(opening).toHaveLength(3);
    opening[1]?.reject(new Error('crashed'));
    await expect(asked[1]).rejects.toThrow('crashed');
    await settle();
    expect(opening).toHaveLength(4);
    for (const { resolve } of opening) resolve(page);
    expect(await Promise.all(asked.slice(2))).toEqual([page, page]);
  });

  it('lets go at once of whoever is told to leave, and closes what opens too late', async () => {
    const { pageOpenQueue, opening, page, settle, closed } = slowBrowser();
    const leave = new AbortController();
    const [first, second] = [pageOpenQueue.open(options, leave.signal), pageOpenQueue.open(options, never)];
    const third = pageOpenQueue.open(options, leave.signal);
    await settle();
    leave.abort('stop-ordered');
    await expect(first).rejects.toBe('stop-ordered');
    await expect(third).rejects.toBe('stop-ordered');
    opening[0]?.resolve(page);
    opening[1]?.resolve(page);
    expect(await second).toBe(page);
    await settle();
    expect({ opened: opening.length, closed: closed() }).toEqual({ opened: 2, closed: 1 });
  });
});
