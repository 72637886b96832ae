import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EndReason } from '@earshot/contract/scheduler/v1/bots.ts';
import { entrancePages } from './entrance-pages.ts';
import { startEntranceSite, type EntranceSite } from './entrance-site.ts';
import { setStage, type Stage } from './stage.ts';

const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);

describe('a bot at the entrance of a page that nobody knows', { timeout: 60_000 }, () => {
  let stage: Stage;
  let site: EntranceSite;
  beforeAll(async () => {
    site = await startEntranceSite(entrancePages);
    const accepted = new URL(site.url('', '127.0.0.2')).host;
    stage = await setStage({
      ...{ SEATS: '32', BOTS_PER_BROWSER: '32', WEB_TERMS_ACCEPTED_HOSTS: accepted },
      EGRESS_ALLOW: ['127.0.0.0/8', ...own.map(({ address }) => address)].join(),
    });
  }, 30_000);
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
  }, 30_000);

  const order = (page: string, { host = '127.0.0.1', botName = 'Earshot' } = {}) =>
    stage.scheduler.order({ meetingUrl: site.url(page, host as '127.0.0.2'), botName });
  const endOf = (botId: string) => stage.scheduler.moments.until(() => stage.scheduler.endOf(botId), 'the end', 30_000);

  it('gets in by what a page has: all of these at a time', async () => {
    const ways: readonly (readonly [page: string, room: string, name: string])[] = [
      ['shadow', 'shadow', 'Earshot'],
      ['frame', 'value', 'Earshot'],
      ['foreign-frame', 'foreign', 'Earshot'],
      ['value', 'value', 'Earshot'],
      ['label', 'label', 'Earshot'],
      ['placeholder', 'placeholder', 'Earshot'],
      ['start', 'start', ''],
      ['connect', 'connect', ''],
      ['link', 'link-room', ''],
      ['german', 'german', 'Earshot'],
      ['two-steps', 'two-steps', 'Earshot'],
      ['cookies', 'cookies', 'Earshot'],
      ['swal', 'swal', 'Earshot'],
    ];
    const { scheduler } = stage;
    const bots = ways.map(([page]) => order(page));
    const isIn = ({ botId }: { botId: string }) => scheduler.seen(botId).includes('entered');
    const missing = () => ways.flatMap(([page], index) => (bots[index] && !isIn(bots[index]) ? page : []));
    await scheduler.moments
      .until(() => bots.every(isIn), 'all of them in', 25_000)
      .catch(() => expect(missing(), 'who did not get in').toEqual([]));
    for (const [, room, name] of ways) expect(site.guestsOf(room)).toContain(name);
    expect(site.told, 'what was pressed beside the way in').toEqual([]);
    for (const bot of bots) scheduler.stop(bot);
    await Promise.all(bots.map(({ botId }) => endOf(botId)));
  });

  it('agrees to nothing by itself, and to what the operator has agreed to', async () => {
    const [asked, given] = [order('consent'), order('consent-given', { host: '127.0.0.2' })];
    expect(await endOf(asked.botId)).toMatchObject({
      reason: EndReason.CONSENT_REQUIRED,
      retryable: false,
      detail: expect.stringContaining('I agree that this call is recorded and to the terms of use') as string,
    });
    await stage.scheduler.moments.until(() => stage.scheduler.seen(given.botId).includes('entered'), 'in', 30_000);
    expect([site.guestsOf('consent'), site.guestsOf('consent-given')]).toEqual([[], ['Earshot']]);
    stage.scheduler.stop(given);
    await endOf(given.botId);
  });

  it('tries a plain name where its own is refused, and tells what the page says when that is refused as well', async () => {
    const [plain, taken] = [order('plain-name', { botName: 'Zoë’s bot' }), order('name-taken', { botName: 'Ann B.' })];
    await stage.scheduler.moments.until(() => stage.scheduler.seen(plain.botId).includes('entered'), 'in', 30_000);
    expect(site.guestsOf('plain-name')).toEqual(['Zoesbot']);
    expect(await endOf(taken.botId)).toMatchObject({
      reason: EndReason.NAME_REFUSED,
      retryable: false,
      detail: expect.stringContaining('That name is taken. Choose another one.') as string,
    });
    expect(site.told.filter((what) => what.startsWith('asked as A'))).toEqual(['asked as Ann B.', 'asked as AnnB']);
    stage.scheduler.stop(plain);
    await endOf(plain.botId);
  });
});
