import { SECOND } from '@earshot/kernel';
import type { JoinState } from './join-state.ts';

/** Before the entrance a state counts when it was seen this often in a row. */
const LOOKS_OUTSIDE = 2;
/** Inside, an end counts when it was seen this often in a row: pages blink. */
const LOOKS_INSIDE = 3;
/** Inside, a page that shows nothing known, its entrance again or a lost connection, is no meeting any more after this long. */
const LOST_MS = 20 * SECOND;

const ends: readonly JoinState[] = [
  'denied',
  'ended',
  'removed',
  'wrong-link',
  'wrong-passcode',
  'sign-in',
  'registration',
  'consent',
  'name-refused',
  'blocked',
];

/** What several looks at the join state come to. */
export interface Admission {
  /** The join state to believe. */
  readonly believed: JoinState;
  readonly seen: JoinState;
  /** How often in a row it was seen. */
  readonly looks: number;
  /** When the page last proved that the bot is inside, milliseconds since 1970; undefined before the entrance. */
  readonly provenAt: number | undefined;
}

export const nothingSeen: Admission = { believed: 'loading', seen: 'loading', looks: 0, provenAt: undefined };

/** The admission after one more look, which saw `seen` at `now` (milliseconds since 1970). */
export function trackAdmission(before: Admission, seen: JoinState, now: number): Admission {
  const looks = seen === before.seen ? before.looks + 1 : 1;
  // Admission has its several marks in one look.
  const provenAt = seen === 'admitted' ? now : before.provenAt;
  const after = { ...before, seen, looks, provenAt };
  return { ...after, believed: believe(after, now) };
}

function believe({ believed, seen, looks, provenAt }: Admission, now: number): JoinState {
  if (seen === 'admitted') return seen;
  if (ends.includes(seen)) return looks >= (provenAt === undefined ? LOOKS_OUTSIDE : LOOKS_INSIDE) ? seen : believed;
  if (provenAt === undefined) return seen;
  if (now - provenAt < LOST_MS) return believed;
  return seen === 'network' ? seen : 'ended';
}
