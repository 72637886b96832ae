import { once } from 'node:events';
import type { Page } from 'playwright-core';
import type { Probed } from './batched-evaluate.ts';

/** A frame that does not answer is passed over after this long. */
const FRAME_MS = 500;
/** Pages have frames for many things; a meeting is among the first of them. */
const MAX_FRAMES = 6;

/** What a page answers, and then what the frames in it do. Frames come and go, and a foreign one may hang: each only gets its moment. */
export async function askFrames<Answer>(
  page: Page,
  ask: (document: Probed) => Promise<Answer>,
): Promise<[Answer, ...Answer[]]> {
  const main = page.mainFrame();
  const others = page.frames().filter((frame) => frame !== main);
  const within = others.slice(0, MAX_FRAMES).map(async (frame) => {
    const patience = once(AbortSignal.timeout(FRAME_MS), 'abort').then(() => undefined);
    return Promise.race([ask(frame).catch(() => undefined), patience]);
  });
  const [first, ...rest] = await Promise.all([ask(page), ...within]);
  return [first as Answer, ...rest.filter((answer) => answer !== undefined)];
}
