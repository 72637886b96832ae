import type { EndReason } from '../domain/bot.ts';
import type { JoinState } from '../domain/join-state.ts';
import type { Check } from './meeting-view.ts';

const reasons: Partial<Record<JoinState, EndReason>> = {
  'wrong-link': 'wrong-link',
  // The link as it was given does not lead in.
  'wrong-passcode': 'wrong-link',
  'sign-in': 'sign-in-required',
  registration: 'sign-in-required',
  consent: 'consent-required',
  'name-refused': 'name-refused',
  blocked: 'blocked',
};

/** The link leads to no meeting, or to a wall. Typed, and not tried to get round. */
export const unreachable: Check = (view) => (view.enteredAt === undefined ? reasons[view.admission] : undefined);
