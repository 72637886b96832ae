import { closeContext, createLabBrowser, speechFile } from '@earshot/lab';
import type { Page } from 'playwright-core';
import type { JanusRoom } from './start-janus.ts';

/** Somebody who came by the room's page, as anybody would. */
export interface DemoPerson {
  readonly page: Page;
  /** Resolves once the page shows a text, or no longer does; rejects after 20 s with what it shows. */
  untilShown(text: string): Promise<void>;
  untilHidden(text: string): Promise<void>;
  /** Stops by the page's own button, then closes it. */
  leave(): Promise<void>;
}

export interface DemoPeople extends AsyncDisposable {
  /** Comes in by the page's form; says the one sentence again and again. */
  join(room: JanusRoom, name: string): Promise<DemoPerson>;
}

const SHOWN_MS = 20_000;

async function until(page: Page, text: string, state: 'visible' | 'hidden'): Promise<void> {
  const found = page.getByText(text, { exact: true }).first();
  await found.waitFor({ state, timeout: SHOWN_MS }).catch(async (cause: unknown) => {
    const shown = await page.innerText('body', { timeout: 1_000 }).catch(String);
    throw new Error(`"${text}" is not ${state} after ${SHOWN_MS} ms, on a page that shows:\n${shown}`, { cause });
  });
}

/** People in one browser with Chromium's own devices: a microphone that says `sentence` again and again, and a test picture. */
export async function createDemoPeople(sentence: string): Promise<DemoPeople> {
  const { path } = await speechFile(sentence);
  const browser = createLabBrowser([
    '--use-fake-device-for-media-stream=fps=5',
    `--use-file-for-fake-audio-capture=${path}`,
  ]);
  return {
    async join(room, name) {
      const page = await browser.openPage(room.link);
      await page.getByRole('button', { name: 'Start' }).click();
      await page.getByPlaceholder('Choose a display name').fill(name);
      await page.getByRole('button', { name: 'Join the room' }).click();
      await room.until(`${name} has come`, (names) => names.includes(name));
      return {
        page,
        untilShown: (text) => until(page, text, 'visible'),
        untilHidden: (text) => until(page, text, 'hidden'),
        async leave() {
          await page.getByRole('button', { name: 'Stop' }).click();
          await room.until(`${name} has left`, (names) => !names.includes(name));
          await closeContext(page.context());
        },
      };
    },
    [Symbol.asyncDispose]: () => browser[Symbol.asyncDispose](),
  };
}
