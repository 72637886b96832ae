import { hasPassed, type Check } from './meeting-view.ts';

/** Somebody was there, and nobody is any more. */
export const everyoneLeft: Check = (view) =>
  view.enteredAt !== undefined &&
  view.hasSeenOthers &&
  hasPassed(view, view.aloneSince, view.policy.everyoneLeftSeconds)
    ? 'everyone-left'
    : undefined;
