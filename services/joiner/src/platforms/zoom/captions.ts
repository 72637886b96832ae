import { MINUTE, SECOND } from '@earshot/kernel';
import type { InputLock } from '../input-lock.ts';
import type { Captions, PageDeps } from '../platform.ts';
import { look, seeTranscript } from '../probe.ts';
import type { Probed } from '../batched-evaluate.ts';
import type { Candidate } from '../selectors.ts';
import { captionPress, type CaptionPlace } from './caption-press.ts';
import { zoomCaptionSelectors, zoomMarks } from './selectors.ts';
import { ZoomTranscript } from './transcript.ts';

/** Controls turn off what they turned on: one is pressed again only after this long, and seldom where it leads nowhere. */
const AGAIN_MS = 5 * SECOND;
const SELDOM_MS = MINUTE;
const TRIES = 6;
/** More, captions, show; or the menu, the transcript. */
const PRESSES = 3;

/**
 * Zoom's captions as the full transcript has them: over the picture they have no names. They are shown to the bot alone, but
 * their language may be everybody's: the one that the page proposes is confirmed where it asks, and never changed.
 */
export function createZoomCaptions({
  client,
  use,
  selectors,
  inputLock,
}: Pick<PageDeps, 'selectors'> & {
  client: () => Probed;
  use: (candidates: readonly Candidate[]) => Promise<boolean>;
  inputLock: InputLock;
}): () => Promise<Captions> {
  const { transcript, transcriptText, ...way } = zoomCaptionSelectors;
  const items = new ZoomTranscript();
  const pressed = new Map<CaptionPlace, { at: number; times: number }>();

  function isTime(place: CaptionPlace): boolean {
    const { at, times } = pressed.get(place) ?? { at: -Infinity, times: 0 };
    return performance.now() - at >= (times < TRIES ? AGAIN_MS : SELDOM_MS);
  }

  async function turnOn(): Promise<void> {
    let last: CaptionPlace | undefined;
    for (let presses = 0; presses < PRESSES; presses++) {
      const place = captionPress(await look(client(), way, selectors));
      // A menu that has no captions is shut again.
      const isInVain = place === 'moreButton' && last === place;
      if (!place || (!isInVain && !isTime(place))) return;
      pressed.set(place, { at: performance.now(), times: (pressed.get(place)?.times ?? 0) + 1 });
      if (!(await use(way[place])) || isInVain) return;
      last = place;
    }
  }

  return async () => {
    const { showCaptions, captionsRefused } = way;
    const found = await look(client(), { transcript, showCaptions, captionsRefused }, selectors);
    const areOn = found.transcript !== undefined && !found.showCaptions && !found.captionsRefused;
    if (!areOn) await inputLock.ifFree(turnOn, undefined);
    if (!found.transcript) return { areOn, rows: [] };
    await look(client(), { transcriptText }, selectors);
    return { areOn, rows: items.rows(await seeTranscript(client(), zoomMarks.transcript)) };
  };
}
