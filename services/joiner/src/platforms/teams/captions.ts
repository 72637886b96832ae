import { MINUTE, SECOND } from '@earshot/kernel';
import { createCaptionReader } from '../captions.ts';
import type { InputLock } from '../input-lock.ts';
import type { Captions, PageDeps } from '../platform.ts';
import { find, look, press } from '../probe.ts';
import { withoutNotes } from './roster.ts';
import { teamsCaptionSelectors, teamsMarks, teamsSelectors } from './selectors.ts';

/** The menu's button closes what is open: it is pressed again only after this long, and seldom where it leads nowhere. */
const MENU_MS = 5 * SECOND;
const SELDOM_MS = MINUTE;
const TRIES = 6;

/**
 * Teams' live captions: behind the menu, in some builds behind a second one. They are shown to the bot alone, but the
 * language that is spoken is everybody's: the one that the page proposes is confirmed where it asks, and never changed.
 */
export function createTeamsCaptions({
  page,
  selectors,
  inputLock,
}: Pick<PageDeps, 'page' | 'selectors'> & { inputLock: InputLock }): () => Promise<Captions> {
  const { captionRegion, captionText } = teamsCaptionSelectors;
  const read = createCaptionReader(page, teamsMarks.captions);
  let openedAt: number | undefined;
  let tries = 0;

  /** One step a look: each is there once the one before was pressed. */
  async function turnOn(): Promise<void> {
    const { captionsConfirm, captionsItem, languageMenu, moreButton } = teamsCaptionSelectors;
    for (const step of [captionsConfirm, captionsItem, languageMenu]) {
      if (await find(page, step)) {
        await press(page, step);
        return;
      }
    }
    const waitMs = tries < TRIES ? MENU_MS : SELDOM_MS;
    if (openedAt !== undefined && performance.now() - openedAt < waitMs) return;
    openedAt = performance.now();
    tries += 1;
    await press(page, moreButton);
  }

  return async () => {
    const found = await look(page, { captionRegion, hangup: teamsSelectors.hangup }, selectors);
    if (!found.captionRegion) {
      if (found.hangup) await inputLock.ifFree(turnOn, undefined);
      return { areOn: false, rows: [] };
    }
    await look(page, { captionText }, selectors);
    const rows = await read();
    return { areOn: true, rows: rows.map((row) => ({ ...row, speaker: withoutNotes(row.speaker) })) };
  };
}
