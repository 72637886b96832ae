import type { BrowserContext, Page } from 'playwright-core';
import { closePage } from './close-page.ts';

/** What a page tried beside its meeting and did not get, counted. */
export type Refusals = Record<'popup' | 'download' | 'dialog' | 'file-chooser', number>;

/**
 * Keeps a context to the one page of its bot: windows that open beside it are closed at once, and nothing waits for a person
 * who is not there. Downloads and prompts are refused by the context itself; here they are counted.
 */
export function containPage(context: BrowserContext, page: Page, refusals: Refusals): void {
  context.on('page', (opened) => {
    refusals.popup += 1;
    // At once, without a word to it; but a window that is still on its way to its address may miss that.
    void opened.close().catch(() => {});
    void closePage(opened);
  });
  // A question nobody answers would stop the page.
  context.on('dialog', (dialog) => {
    refusals.dialog += 1;
    // Whether to go is no question: nobody stays for a page that asks.
    const answered = dialog.type() === 'beforeunload' ? dialog.accept() : dialog.dismiss();
    void answered.catch(() => {});
  });
  page.on('download', (download) => {
    refusals.download += 1;
    void download.cancel().catch(() => {});
  });
  // Somebody who listens keeps the browser from opening its own.
  page.on('filechooser', () => (refusals['file-chooser'] += 1));
}

export const noRefusals = (): Refusals => ({ popup: 0, download: 0, dialog: 0, 'file-chooser': 0 });
