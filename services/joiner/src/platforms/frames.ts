import type { Frame, Page } from 'playwright-core';
import { withTimeout } from '@earshot/kernel';
import type { Probed } from './batched-evaluate.ts';

/** A frame that does not answer is passed over after this long, milliseconds. */
const FRAME_MS = 500;
/** Pages have frames for many things; a meeting is among the first of them. */
const MAX_FRAMES = 6;

/** A frame's answer; undefined without one. Frames come and go, and a foreign one may hang: each only gets its moment. */
export function answerInTime<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  return withTimeout(answer, { timeoutMs: FRAME_MS }).catch(() => undefined);
}

/** What a page answers, and then what the frames in it do, `most` of them. The page itself is waited for by whoever asks. */
export async function askFrames<Answer>(
  page: Page,
  ask: (document: Probed, frame: Frame) => Promise<Answer>,
  { most = MAX_FRAMES }: { most?: number } = {},
): Promise<[Answer, ...Answer[]]> {
  const main = page.mainFrame();
  const others = page.frames().filter((frame) => frame !== main);
  const [first, ...rest] = await Promise.all([
    ask(page, main),
    ...others.slice(0, most).map((frame) => answerInTime(ask(frame, frame))),
  ]);
  return [first, ...rest.filter((answer) => answer !== undefined)];
}
