import { hasPassed, type Check } from './meeting-view.ts';

/** The bot is in, and nobody has ever come. */
export const noOneJoined: Check = (view) =>
  !view.hasSeenOthers && hasPassed(view, view.enteredAt, view.policy.noOneJoinedSeconds) ? 'no-one-joined' : undefined;
