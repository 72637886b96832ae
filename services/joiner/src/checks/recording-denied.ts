import { hasPassed, type Check } from './meeting-view.ts';

/** The host was asked whether the bot may record, and refused, or did not answer for too long. */
export const recordingDenied: Check = (view) =>
  hasPassed(view, view.unpermittedSince, view.policy.recordingDeniedSeconds) ? 'recording-denied' : undefined;
