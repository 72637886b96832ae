import { hasPassed, type Check } from './meeting-view.ts';

/** The recording is as long as it may become. */
export const recordingLimit: Check = (view) =>
  hasPassed(view, view.recordingSince, view.policy.recordingLimitSeconds) ? 'recording-limit' : undefined;
