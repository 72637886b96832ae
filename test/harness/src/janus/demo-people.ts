import { createLabBrowser, speechFile } from '@earshot/lab';
import type { Page } from 'playwright-core';
import type { JanusRoom } from './start-janus.ts';

/** Somebody who came by the room's page, as anybody would. */
export interface DemoPerson {
  readonly page: Page;
  /** Resolves once the page shows a text, or no longer does. */
  untilShown(text: string): Promise<void>;
  untilHidden(text: string): Promise<void>;
  /** Stops by the page's own button, then closes it. */
  leave(): Promise<void>;
}

export interface DemoPeople extends AsyncDisposable {
  /** Comes in by the page's form; says the one sentence again and again. */
  join(room: JanusRoom, name: string): Promise<DemoPerson>;
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
      await room.until((names) => names.includes(name));
      return {
        page,
        untilShown: (text) => page.getByText(text, { exact: true }).first().waitFor({ state: 'visible' }),
        untilHidden: (text) => page.getByText(text, { exact: true }).first().waitFor({ state: 'hidden' }),
        async leave() {
          await page.getByRole('button', { name: 'Stop' }).click();
          await room.until((names) => !names.includes(name));
          await page.context().close();
        },
      };
    },
    [Symbol.asyncDispose]: () => browser[Symbol.asyncDispose](),
  };
}
