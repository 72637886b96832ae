import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Artifact } from '@earshot/contract/media/v1/media.ts';
import { EndReason } from '@earshot/contract/scheduler/v1/bots.ts';
import { look } from '../../../services/joiner/src/platforms/probe.ts';
import { Selectors } from '../../../services/joiner/src/platforms/selectors.ts';
import { entrancePages } from './entrance-pages.ts';
import { startEntranceSite, type EntranceSite } from './entrance-site.ts';
import { openFixture, type Fixture } from './fixture.ts';

const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);

describe('a bot at the entrance of a page that nobody knows', { timeout: 150_000 }, () => {
  let fixture: Fixture;
  let site: EntranceSite;
  beforeAll(async () => {
    site = await startEntranceSite(entrancePages);
    const accepted = new URL(site.url('', '127.0.0.2')).host;
    fixture = await openFixture({
      ...{ MAX_BOTS: '32', BOTS_PER_BROWSER: '32', WEB_TERMS_ACCEPTED_HOSTS: accepted },
      EGRESS_ALLOW: ['127.0.0.0/8', ...own.map(({ address }) => address)].join(),
    });
  });
  afterAll(async () => {
    await fixture[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
  });

  const order = (page: string, { host = '127.0.0.1', botName = 'Earshot' } = {}) =>
    fixture.scheduler.order({ meetingUrl: site.url(page, host as '127.0.0.2'), botName });
  const endOf = (botId: string) => fixture.scheduler.moments.until(() => fixture.scheduler.endOf(botId), 'the end');

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
    const { scheduler } = fixture;
    const visits = ways.map(async ([page, room, name]) => {
      const bot = order(page);
      await scheduler.moments.until(() => scheduler.seen(bot.botId).includes('entered'), `in by ${page}`);
      expect(site.guestsOf(room)).toContain(name);
      scheduler.stop(bot);
      await endOf(bot.botId);
    });
    const outcomes = await Promise.allSettled(visits);
    expect(outcomes.flatMap((each) => (each.status === 'rejected' ? String(each.reason) : []))).toEqual([]);
    expect(site.told, 'what was pressed beside the way in').toEqual([]);
  });

  it('agrees to nothing by itself, and to what the operator has agreed to', async () => {
    const [asked, dialog, given] = [order('consent'), order('agree'), order('consent-given', { host: '127.0.0.2' })];
    expect(await endOf(asked.botId)).toMatchObject({
      reason: EndReason.CONSENT_REQUIRED,
      retryable: false,
      detail: expect.stringContaining('I agree that this call is recorded and to the terms of use') as string,
    });
    expect(await endOf(dialog.botId)).toMatchObject({
      reason: EndReason.CONSENT_REQUIRED,
      detail: expect.stringContaining('By going on you consent to being recorded.') as string,
    });
    await fixture.scheduler.moments.until(() => fixture.scheduler.seen(given.botId).includes('entered'), 'in');
    expect(['consent', 'agree', 'consent-given'].map(site.guestsOf)).toEqual([[], [], ['Earshot']]);
    fixture.scheduler.stop(given);
    await endOf(given.botId);
  });

  it('tries a plain name where its own is refused, and tells what the page says when that is refused as well', async () => {
    const [plain, taken] = [order('plain-name', { botName: 'Zoë’s bot' }), order('name-taken', { botName: 'Ann B.' })];
    await fixture.scheduler.moments.until(() => fixture.scheduler.seen(plain.botId).includes('entered'), 'in');
    expect(site.guestsOf('plain-name')).toEqual(['Zoesbot']);
    expect(await endOf(taken.botId)).toMatchObject({
      reason: EndReason.NAME_REFUSED,
      retryable: false,
      detail: expect.stringContaining('That name is taken. Choose another one.') as string,
    });
    expect(site.told.filter((what) => what.startsWith('asked as A'))).toEqual(['asked as Ann B.', 'asked as AnnB']);
    fixture.scheduler.stop(plain);
    await endOf(plain.botId);
  });

  it('leaves a picture of the entrance that it was stopped at, with what its button says', async () => {
    const bot = order('vain');
    const { scheduler, media } = fixture;
    await site.moments.until(() => site.told.includes('pressed in vain'), 'a press in vain');
    const orderedAt = Date.now();
    scheduler.stop(bot);
    expect(await endOf(bot.botId)).toMatchObject({ reason: EndReason.STOP_ORDERED });
    expect(scheduler.seenAt(bot.botId, 'ended') - orderedAt).toBeLessThan(3000);
    const kept = media.debugOf(bot.botId);
    const contentOf = (artifact: Artifact) => kept.find((each) => each.artifact === artifact)?.content;
    expect(kept.map(({ reason }) => reason)).toEqual(['stop-ordered', 'stop-ordered']);
    const html = contentOf(Artifact.PAGE)?.toString() ?? '';
    expect(html).toContain('value="Connect"');
    expect(html).not.toContain('value="typed"');
    // The green of the button, and the colour that covers what was typed.
    expect(await coloursOf(contentOf(Artifact.SCREENSHOT))).toEqual({ button: 'green', field: 'covered' });
  });

  it('calls controls what the browser calls them', async () => {
    const page = await site.openPage('names');
    const session = await page.context().newCDPSession(page);
    await session.send('Accessibility.enable');
    await session.send('DOM.enable');
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const called = new Map<string, string>();
    for (const { backendDOMNodeId, ignored, name } of nodes) {
      if (ignored || backendDOMNodeId === undefined) continue;
      const { node } = await session.send('DOM.describeNode', { backendNodeId: backendDOMNodeId });
      const at = node.attributes?.indexOf('id') ?? -1;
      if (at >= 0 && node.nodeName !== 'SPAN') called.set(node.attributes?.[at + 1] ?? '', String(name?.value ?? ''));
    }
    for (const inner of ['host', 'alttext-image']) called.delete(inner);
    const ids = [...called.keys()];
    const places = Object.fromEntries(ids.map((id) => [id, [{ id, css: `[id="${id}"]` }]]));
    const found = await look(page, places, new Selectors());
    expect(Object.fromEntries(ids.map((id) => [id, found[id]?.name]))).toEqual(Object.fromEntries(called));
    expect(ids.length).toBeGreaterThan(30);
    await page.close();
  });

  /** What a picture of the page `vain` shows at its button's middle, and at its field's. */
  async function coloursOf(jpeg: Buffer | undefined) {
    const page = await site.openPage('');
    const [[r = 0, g = 0, b = 0] = [], [fr = 0, fg = 0, fb = 0] = []] = await page.evaluate<number[][]>(`(async () => {
      const picture = new Image();
      picture.src = 'data:image/jpeg;base64,${jpeg?.toString('base64') ?? ''}';
      await picture.decode();
      const canvas = Object.assign(document.createElement('canvas'), { width: picture.width, height: picture.height });
      const context = canvas.getContext('2d');
      context.drawImage(picture, 0, 0);
      const places = [[picture.width / 2 + 10, picture.height / 2 + 10], [60, 20]];
      return places.map(([x, y]) => [...context.getImageData(x, y, 1, 1).data]);
    })()`);
    await page.close();
    const isGreen = g > 200 && r < 80 && b < 80;
    const isCovered = fr > 200 && fg < 80 && fb > 200;
    return { button: isGreen ? 'green' : `${r},${g},${b}`, field: isCovered ? 'covered' : `${fr},${fg},${fb}` };
  }
});
