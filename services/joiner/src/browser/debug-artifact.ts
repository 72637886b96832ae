import type { Page } from 'playwright-core';
import { SECOND, swallow, withTimeout, type Clock, type Log } from '@earshot/kernel';
import type { DebugArtifact } from '../domain/debug-artifact.ts';
import { secretsOf, withoutSecrets } from '../domain/secrets.ts';
import { dumpPage } from '../platforms/probe.ts';

/** A page that cannot be shown by then is not waited for; of the three seconds that a stop may take it has a part. */
const TAKE_MS = 3 * SECOND;
export const TAKE_STOPPED_MS = 0.8 * SECOND;
/** Characters of a document; those of platforms' entrances have a tenth. */
const MAX_PAGE = 400_000;
const MAX_FRAMES = 4;
/** What may hold something that was typed. What a button says is not: it may be what the picture is about. */
const buttons = ['submit', 'button', 'reset', 'image', 'checkbox', 'radio'].map((type) => `[type="${type}" i]`);
const typed = `input:not(${buttons.join()}), textarea, [contenteditable]`;

/** What the page looks like when the bot cannot get in. As much as can be had of a page that may be dead. */
export async function takeDebugArtifact(
  page: Page,
  { meetingUrl, timeoutMs = TAKE_MS, clock, log }: { meetingUrl: string; timeoutMs?: number; clock: Clock; log: Log },
): Promise<Omit<DebugArtifact, 'reason'>> {
  const frames = page.frames().slice(0, MAX_FRAMES);
  const mask = frames.map((frame) => frame.locator(typed));
  const orNothing = <T>(work: Promise<T>) =>
    withTimeout(work, { timeoutMs }).catch((error: unknown) => {
      swallow(log, error instanceof Error ? error.name : 'error', 'a dead page shows nothing');
      return undefined;
    });
  const [screenshot, ...documents] = await Promise.all([
    orNothing(page.screenshot({ type: 'jpeg', quality: 60, mask, timeout: timeoutMs })),
    ...frames.map((frame) => orNothing(dumpPage(frame, MAX_PAGE))),
  ]);
  const html = documents.filter((each) => each !== undefined).join('\n<!-- a frame -->\n');
  return { at: clock.now(), screenshot, page: withoutSecrets(html, secretsOf(meetingUrl)) };
}
