import { SECOND } from '@earshot/kernel';
import type { JoinState } from './join-state.ts';

/** Between two attempts to load a page that the network refuses. */
const AGAIN_MS = 5 * SECOND;
/** A page that shows a lost connection may get it back: loading it anew would take its knock back. */
const PATIENT_MS = 10 * SECOND;
/** A page that shows nothing known for this long may have got stuck: a third of the time the way in may take. */
const STUCK_MS = 20 * SECOND;

/** How a page has loaded so far, before the entrance. Times are milliseconds since 1970; undefined: not so. */
export interface PageLoad {
  /** When it was last loaded. */
  readonly triedAt: number;
  readonly failingSince: number | undefined;
  readonly loadingSince: number | undefined;
  readonly wasStuck: boolean;
}

export interface LoadSigns {
  /** The join state to believe. */
  readonly state: JoinState;
  /** Whether the browser's own page about a failed network stands where the meeting should. */
  readonly isFailed: boolean;
  /** Whether something has come of the knock, which loading the page anew would take back. */
  readonly isUnderWay: boolean;
  readonly now: number;
}

/** A page that is loaded at `now`. */
export function startLoad(now: number): PageLoad {
  return { triedAt: now, failingSince: undefined, loadingSince: undefined, wasStuck: false };
}

/** Whether the page is to be loaded again: where the network fails, and once more where it got stuck. */
export function trackLoad(
  before: PageLoad,
  { state, isFailed, isUnderWay, now }: LoadSigns,
): { readonly load: PageLoad; readonly isReloadDue: boolean } {
  const failingSince = state === 'network' ? (before.failingSince ?? now) : undefined;
  const loadingSince = state === 'loading' ? (before.loadingSince ?? now) : undefined;
  const isLost = !isUnderWay && hasPassed(failingSince, PATIENT_MS, now);
  // Once: a page that is only slow would never be done if it were loaded again and again.
  const isStuck = !isUnderWay && !before.wasStuck && hasPassed(loadingSince, STUCK_MS, now);
  const isReloadDue = (isFailed || isLost || isStuck) && now - before.triedAt >= AGAIN_MS;
  const load = {
    triedAt: isReloadDue ? now : before.triedAt,
    failingSince,
    loadingSince,
    wasStuck: before.wasStuck || isStuck,
  };
  return { load, isReloadDue };
}

function hasPassed(since: number | undefined, ms: number, now: number): boolean {
  return since !== undefined && now - since >= ms;
}
