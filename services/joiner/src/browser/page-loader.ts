import type { Page } from 'playwright-core';
import { SECOND, type Clock, type Log } from '@earshot/kernel';
import type { JoinState } from '../domain/join-state.ts';
import type { MeetingPage } from '../platforms/platform.ts';

/** Between two attempts to load a page that the network refuses. */
const AGAIN_MS = 5 * SECOND;
/** A page that shows a lost connection may get it back: loading it anew would take its knock back. */
const PATIENT_MS = 10 * SECOND;
/** A page that shows nothing known for this long may have got stuck: a third of the time the way in may take. */
const STUCK_MS = 20 * SECOND;

export interface PageLoaderDeps {
  readonly page: Page;
  readonly meeting: Pick<MeetingPage, 'open' | 'isUnderWay'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Loads the meeting's page: again where the network fails, and once more where it gets stuck. */
export class PageLoader {
  readonly #deps: PageLoaderDeps;
  #triedAt = 0;
  #failingSince: number | undefined;
  #loadingSince: number | undefined;
  #wasStuck = false;

  constructor(deps: PageLoaderDeps) {
    this.#deps = deps;
  }

  /** Whether the browser's own page about a failed network stands where the meeting should. */
  isFailed(): boolean {
    return this.#deps.page.url().startsWith('chrome-error:');
  }

  /** Takes each join state before the entrance. */
  async reloadIfNeeded(state: JoinState): Promise<void> {
    const now = this.#deps.clock.now();
    this.#failingSince = state === 'network' ? (this.#failingSince ?? now) : undefined;
    this.#loadingSince = state === 'loading' ? (this.#loadingSince ?? now) : undefined;
    const isLost = this.#failingSince !== undefined && now - this.#failingSince >= PATIENT_MS;
    const isUnderWay = this.#deps.meeting.isUnderWay?.() === true;
    if (this.isFailed() || (!isUnderWay && (isLost || this.#isStuck(now)))) await this.open();
  }

  /** Once: a page that is only slow would never be done if it were loaded again and again. */
  #isStuck(now: number): boolean {
    if (this.#wasStuck || this.#loadingSince === undefined || now - this.#loadingSince < STUCK_MS) return false;
    return (this.#wasStuck = true);
  }

  /** Resolves when the page was loaded or has failed; at once when it was tried a moment ago. */
  async open(): Promise<void> {
    const { meeting, clock, log } = this.#deps;
    if (clock.now() - this.#triedAt < AGAIN_MS) return;
    this.#triedAt = clock.now();
    await meeting.open().catch((error: unknown) => log.warn('page did not open', { error: pageError(error) }));
  }
}

/** Playwright's texts carry the page's address, which may carry a passcode: only the kind of error is logged. */
export function pageError(error: unknown): string {
  return error instanceof Error ? error.name : 'error';
}
