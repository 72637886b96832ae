import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { spec, startScheduler } from './fixture.ts';

let fixture: Awaited<ReturnType<typeof startScheduler>>;
beforeEach(async () => {
  fixture = await startScheduler();
});
afterEach(() => fixture[Symbol.asyncDispose]());

/** Ended before it began, as one that is stopped while it waits. */
async function ended(idempotencyKey = '') {
  const destinations = {
    ...spec().destinations!,
    ...{ lifecycleUrl: 'https://example.org/planted', callbackVersion: '2026-06' },
  };
  const planted = { meetingUrl: 'https://zoom.us/j/1?pwd=planted', botName: 'planted', requestJson: '{"planted":1}' };
  const { bot } = await fixture.bots.createBot({
    ...{ accountId: 'a', idempotencyKey, orderedByKey: 'key-1' },
    spec: spec({ ...planted, attributesJson: '{"planted":1}', destinations }),
  });
  await fixture.bots.stopBot({ botId: bot!.botId, accountId: 'a' });
  return bot!.botId;
}

const rows = async () => JSON.stringify(await fixture.database.knex('bots'));

it('keeps of an erased bot what its last callback is made of, for services alone, until that is sent', async () => {
  const botId = await ended('planted');
  const get = () => fixture.bots.getBot({ botId, accountId: 'a' });
  expect(await get()).toMatchObject({ orderedByKey: 'key-1' });
  await fixture.bots.markErased({ botId, erasedAt: new Date(1), final: false });
  const callback = { lifecycleUrl: 'https://example.org/planted', callbackVersion: '2026-06' };
  expect(await fixture.bots.findBot({ botId })).toMatchObject({
    spec: { destinations: callback, attributesJson: '{"planted":1}', meetingUrl: '' },
  });
  expect(JSON.stringify(await get())).not.toContain('planted');
  expect(await get()).toMatchObject({ state: 'BOT_STATE_FAILED', erasedAt: new Date(1), orderedByKey: '' });
  await fixture.bots.markErased({ botId, erasedAt: new Date(2), final: true });
  expect(await fixture.bots.findBot({ botId })).toMatchObject({ erasedAt: new Date(1) });
  expect(await rows()).not.toContain('planted');
});

it('knows the key of an order by its hash, however long it is', async () => {
  const key = 'k'.repeat(2000);
  const botId = await ended(key);
  const again = { accountId: 'a', spec: spec(), idempotencyKey: key, orderedByKey: '' };
  expect(await fixture.bots.createBot(again)).toMatchObject({ created: false, bot: { botId } });
  expect(await rows()).not.toContain(key);
});

it('lists visits that ended and are not erased, page by page, the first to end first', async () => {
  const botIds = [await ended(), await ended(), await ended()];
  await fixture.bots.markErased({ botId: botIds[1]!, erasedAt: new Date(), final: false });
  const listed: string[] = [];
  for (let pageToken = '', isFirst = true; isFirst || pageToken !== ''; isFirst = false) {
    const page = await fixture.bots.listEnded({ endedSince: new Date(0), pageSize: 1, pageToken });
    listed.push(...page.bots.map(({ botId }) => botId));
    pageToken = page.nextPageToken;
  }
  expect(listed).toEqual([botIds[0], botIds[2]]);
  const soon = new Date(Date.now() + 60_000);
  expect((await fixture.bots.listEnded({ endedSince: soon, pageSize: 0, pageToken: '' })).bots).toEqual([]);
  const foreign = fixture.bots.listEnded({ endedSince: undefined, pageSize: 0, pageToken: `x.${randomUUID()}` });
  await expect(foreign).rejects.toMatchObject({ code: 'invalid-argument' });
});
