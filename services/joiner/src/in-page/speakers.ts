import type { InPageMarks } from '../page-protocol/options.ts';
import type { FrameBatcher } from './frame-batcher.ts';
import { tellSpeaking } from './tell-speaking.ts';

const SPEAKER_SLICE_MS = 250;

/** Reports, for each slice of time, beside whom the page shows its mark of speaking; people are known by their names. */
export function watchSpeakers(batcher: FrameBatcher, places: InPageMarks['speakers']): void {
  if (!places) return;
  setInterval(() => {
    const ids = new Set<string>();
    for (const { mark, holder, name } of places) {
      for (const found of document.querySelectorAll(mark)) {
        const text = found.closest(holder)?.querySelector(name)?.textContent?.trim();
        if (text) ids.add(`name:${text}`);
      }
    }
    tellSpeaking(batcher, ids);
  }, SPEAKER_SLICE_MS);
}
