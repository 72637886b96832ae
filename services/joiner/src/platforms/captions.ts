import type { JSHandle, Page } from 'playwright-core';
import type { CaptionRow } from '../domain/captions.ts';
import { openMemory, seeCaptions } from './probe.ts';
import type { CaptionMarks } from './selectors.ts';

/** Reads the rows, each under a key that stays its own: a page that was loaded again has other rows. */
export function createCaptionReader(page: Page, marks: CaptionMarks): () => Promise<CaptionRow[]> {
  let memory: JSHandle | undefined;
  let loads = 0;
  return async () => {
    if (!memory) {
      memory = await openMemory(page);
      loads += 1;
    }
    try {
      const rows = await seeCaptions(page, marks, memory);
      return rows.map((row) => ({ ...row, key: `${loads} ${row.key}` }));
    } catch (error) {
      // It went with the page that it was about.
      memory = undefined;
      throw error;
    }
  };
}
