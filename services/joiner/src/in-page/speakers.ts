import type { InPageMarks } from '../page-protocol/options.ts';
import type { FrameBatcher } from './frame-batcher.ts';
import { tellSpeaking } from './tell-speaking.ts';

const SPEAKER_SLICE_MS = 250;

/**
 * Reports, for each slice of time, beside whom the page shows its mark of speaking; people are known by their names. Not the bot, which
 * may have a namesake: where rows say whose they are, those decide, and a tile under the bot's name does not.
 */
export function watchSpeakers(batcher: FrameBatcher, places: InPageMarks['speakers'], botName: string): void {
  if (!places) return;
  setInterval(() => {
    const ids = new Set<string>();
    let hasOwnRow = false;
    for (const { mark, holder, name, own } of places) {
      const isOwn = (place: Element | null) =>
        own !== undefined && new RegExp(own.label, 'i').test(place?.querySelector(own.at)?.textContent ?? '');
      hasOwnRow ||= own !== undefined && [...document.querySelectorAll(holder)].some(isOwn);
      for (const found of document.querySelectorAll(mark)) {
        const place = found.closest(holder);
        const text = place?.querySelector(name)?.textContent?.trim();
        if (!text || isOwn(place) || (own === undefined && hasOwnRow && text === botName)) continue;
        ids.add(`name:${text}`);
      }
    }
    tellSpeaking(batcher, ids);
  }, SPEAKER_SLICE_MS);
}
