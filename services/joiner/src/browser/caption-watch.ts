import { createHash } from 'node:crypto';
import { SECOND, type Clock, type Log, type Caption } from '@earshot/kernel';
import { CaptionFinalizer, type FinalCaption } from '../domain/captions.ts';
import type { MeetingPage } from '../platforms/platform.ts';
import type { MediaCollector } from './media-collector.ts';

/** What a page may make us keep. */
const MAX_ROWS = 20;
/** A day of uninterrupted speech. */
const MAX_CHARACTERS = 2_000_000;
/** Menus open one step a look, and presses may be lost: captions that are not on by then are reported as missing. */
const MISSING_MS = 30 * SECOND;
/** Words are shown about a second after they were said. */
const LAG_MS = 3 * SECOND;

export interface CaptionWatchDeps {
  readonly page: Pick<MeetingPage, 'captions'>;
  readonly collector: Pick<MediaCollector, 'meetingMs' | 'note' | 'pause'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** Whose name this is; empty for nobody's, or that of several. */
  readonly idOf: (name: string) => string;
}

/** The meeting's own captions, while the bot is inside. They are words of people: nothing else is read in them. */
export class CaptionWatch {
  readonly #deps: CaptionWatchDeps;
  readonly #finalizer = new CaptionFinalizer();
  #firstLookMs: number | undefined;
  #isMissing = false;
  #characters = 0;
  #lookedAt = -Infinity;

  constructor(deps: CaptionWatchDeps) {
    this.#deps = deps;
  }

  /** One look a second. */
  async look(): Promise<void> {
    const { page, collector, clock } = this.#deps;
    const askedAt = clock.now();
    this.#firstLookMs ??= collector.meetingMs();
    const { areOn, rows } = (await page.captions?.()) ?? { areOn: false, rows: [] };
    const atMs = collector.meetingMs();
    const isLate = !page.captions || atMs - this.#firstLookMs >= MISSING_MS;
    if (areOn || isLate) this.#note(areOn);
    const seen = rows.slice(-MAX_ROWS);
    const isOfPause = collector.pause.covers(this.#lookedAt - LAG_MS);
    this.#lookedAt = askedAt;
    this.#collect(isOfPause ? this.#finalizer.skip(seen, atMs) : this.#finalizer.look(seen, atMs));
  }

  /** Nothing more will be seen. */
  end(): void {
    this.#collect(this.#finalizer.end());
  }

  #note(areShown: boolean): void {
    const { collector, log } = this.#deps;
    if (!areShown && !this.#isMissing) log.warn('the meeting shows no captions');
    this.#isMissing = !areShown;
    collector.note({ captionsShown: areShown });
  }

  #collect(finished: readonly FinalCaption[]): void {
    const captions: Caption[] = [];
    for (const { speaker, ...caption } of finished) {
      if (caption.isFinal) this.#characters += caption.text.length;
      if (this.#characters > MAX_CHARACTERS) break;
      const participantId = speaker === '' ? '' : this.#deps.idOf(speaker);
      captions.push({ ...caption, trackId: trackOf(speaker), participantId, speakerName: speaker });
    }
    this.#deps.collector.note({ captions });
  }
}

/** The same for the same name, after a rejoin as well; names are no ids, and no part of one. */
function trackOf(speaker: string): string {
  return `captions-${createHash('sha256').update(speaker).digest('hex').slice(0, 16)}`;
}
