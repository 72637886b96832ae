import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '@earshot/harness';
import { childrenOf } from './browser-processes.ts';
import { openFixture, type Fixture } from './fixture.ts';

const MAX_BOTS = 3;

describe("a joiner's slots", { timeout: 120_000 }, () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await openFixture({ MAX_BOTS: String(MAX_BOTS), BOTS_PER_BROWSER: '2', BROWSER_IDLE_MS: '500' });
  }, 30_000);
  afterAll(async () => fixture[Symbol.asyncDispose](), 30_000);

  const browsers = (count: number) =>
    eventually(async () => childrenOf(process.pid).length === count, { signal: AbortSignal.timeout(30_000) });

  it('are never overbooked; they are spread over browsers, of which an empty one is closed', async () => {
    const { lab, scheduler } = fixture;
    const room = lab.createRoom({ face: 'web', lobby: true });
    let most = 0;
    const counting = new AbortController();
    const counted = room.waitFor(() => ((most = Math.max(most, room.knocks().length)), false), {
      signal: counting.signal,
    });
    const names = ['Ann', 'Ben', 'Cat', 'Dan'];
    const order = (botName: string) => scheduler.order({ meetingUrl: room.link, botName });
    const taken = () => scheduler.heartbeat()?.refs.length;
    expect(childrenOf(process.pid)).toEqual([]);
    // One after the other, so that it is known who shares a browser with whom.
    const bots = [];
    for (const name of names.slice(0, MAX_BOTS)) {
      bots.push(order(name));
      await scheduler.moments.until(() => taken() === bots.length, 'its slot');
    }
    const last = order('Dan');
    await Promise.all(names.slice(0, MAX_BOTS).map((name) => room.waitForKnock(name)));
    expect(scheduler.heartbeat()).toMatchObject({ freeSlots: 0 });
    expect(taken()).toBe(MAX_BOTS);
    expect(scheduler.seen(last.botId)).toEqual([]);
    await browsers(2);

    // The slot that comes free is taken, in the browser with room.
    scheduler.stop(bots[2]!);
    await room.waitForKnock('Dan');
    await browsers(2);
    // Nobody is left in the first browser.
    for (const bot of bots.slice(0, 2)) scheduler.stop(bot);
    await browsers(1);
    expect(room.knocks().map(({ name }) => name)).toEqual(['Dan']);
    expect(scheduler.heartbeat()).toMatchObject({ freeSlots: MAX_BOTS - 1 });
    counting.abort();
    await expect(counted).rejects.toThrow();
    expect(most).toBe(MAX_BOTS);
  });
});
