import type { Page } from 'playwright-core';
import { SECOND, withTimeout, type Log } from '@earshot/kernel';
import type { Picture } from '../domain/picture.ts';
import { fitPicture } from '../platforms/probe.ts';

const FIT_MS = 5 * SECOND;
/** A camera's usual shape, large enough for a logo to be read. */
const FRAME = { width: 640, height: 360 };

/**
 * Makes a camera's frame of a picture that a stranger chose, in base64; empty for one that cannot be decoded. Decoded in a page
 * that is still empty: the meeting's page only gets what a browser made.
 */
export async function toCameraFrame(page: Page, { type, bytes }: Picture, log: Log): Promise<string> {
  const base64 = Buffer.from(bytes).toString('base64');
  try {
    const frame = await withTimeout(fitPicture(page, { type, base64, ...FRAME }), { timeoutMs: FIT_MS });
    if (frame === undefined) log.warn('bot image not shown', { problem: 'cannot be decoded' });
    return frame ?? '';
  } catch (error) {
    log.warn('bot image not shown', { problem: error instanceof Error ? error.name : 'error' });
    return '';
  }
}
