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

/** The join state to believe after several looks. */
export class AdmissionTracker {
  #believed: JoinState = 'loading';
  #seen: JoinState = 'loading';
  #looks = 0;
  #isInside = false;
  #provenAt = 0;

  get believed(): JoinState {
    return this.#believed;
  }

  /** Takes one join state, seen at `now` (milliseconds). Admission has its several marks in one look. */
  look(state: JoinState, now: number): JoinState {
    this.#looks = state === this.#seen ? this.#looks + 1 : 1;
    this.#seen = state;
    if (state === 'admitted') {
      this.#isInside = true;
      this.#provenAt = now;
      this.#believed = state;
    } else if (ends.includes(state)) {
      if (this.#looks >= (this.#isInside ? LOOKS_INSIDE : LOOKS_OUTSIDE)) this.#believed = state;
    } else if (!this.#isInside) {
      this.#believed = state;
    } else if (now - this.#provenAt >= LOST_MS) {
      this.#believed = state === 'network' ? state : 'ended';
    }
    return this.#believed;
  }
}
