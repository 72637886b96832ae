import type { Page } from 'playwright-core';
import { SECOND, swallow, withTimeout, type Clock, type Log } from '@earshot/kernel';
import type { Evidence } from '../domain/evidence.ts';
import { secretsOf, withoutSecrets } from '../domain/secrets.ts';
import { dumpPage } from '../platforms/probe.ts';

/** A page that cannot be shown by then is not waited for. */
const TAKE_MS = 3 * SECOND;
/** Characters of a document; those of platforms' entrances have a tenth. */
const MAX_PAGE = 400_000;
const MAX_FRAMES = 4;
const typed = 'input, textarea, [contenteditable]';

/** What the page looks like when the bot cannot get in. As much as can be had of a page that may be dead. */
export async function takeEvidence(
  page: Page,
  { meetingUrl, clock, log }: { meetingUrl: string; clock: Clock; log: Log },
): Promise<Omit<Evidence, 'reason'>> {
  const frames = page.frames().slice(0, MAX_FRAMES);
  const mask = frames.map((frame) => frame.locator(typed));
  const [screenshot, ...documents] = await Promise.all([
    orNothing(page.screenshot({ type: 'jpeg', quality: 60, mask, timeout: TAKE_MS }), log),
    ...frames.map((frame) => orNothing(dumpPage(frame, MAX_PAGE), log)),
  ]);
  const html = documents.filter((each) => each !== undefined).join('\n<!-- a frame -->\n');
  return { at: clock.now(), screenshot, page: withoutSecrets(html, secretsOf(meetingUrl)) };
}

async function orNothing<T>(work: Promise<T>, log: Log): Promise<T | undefined> {
  return withTimeout(work, { timeoutMs: TAKE_MS }).catch((error: unknown) => {
    swallow(log, error instanceof Error ? error.name : 'error', 'a dead page shows nothing');
    return undefined;
  });
}
