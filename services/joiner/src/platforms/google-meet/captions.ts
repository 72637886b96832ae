import { SECOND } from '@earshot/kernel';
import { createCaptionReader } from '../captions.ts';
import type { InputLock } from '../input-lock.ts';
import type { Captions, PageDeps } from '../platform.ts';
import { look, press } from '../probe.ts';
import { meetMarks, meetSelectors } from './selectors.ts';

/** A press that leads nowhere is repeated after this long. */
const REPEAT_MS = 5 * SECOND;

/** Google Meet's captions: a button turns them on for the bot alone, and shows by its label whether they are. */
export function createMeetCaptions({
  page,
  selectors,
  botName,
  inputLock,
}: Pick<PageDeps, 'page' | 'selectors' | 'botName'> & { inputLock: InputLock }): () => Promise<Captions> {
  const { captionsOff, captionsOn, captionRegion, captionText } = meetSelectors;
  const read = createCaptionReader(page, meetMarks.captions);
  let pressedAt: number | undefined;
  return async () => {
    const found = await look(page, { captionsOff, captionsOn, captionRegion }, selectors);
    if (
      found.captionsOff &&
      inputLock.isFree &&
      (pressedAt === undefined || performance.now() - pressedAt >= REPEAT_MS)
    ) {
      pressedAt = performance.now();
      await inputLock.take(() => press(page, captionsOff));
    }
    if (!found.captionRegion) return { areOn: found.captionsOn !== undefined, rows: [] };
    await look(page, { captionText }, selectors);
    const rows = await read();
    const named = rows.map((row) => (row.speaker === 'You' ? { ...row, speaker: botName } : row));
    return { areOn: true, rows: named };
  };
}
