import { hasPassed, type Check } from './visit-view.ts';

/** Nobody has said anything for a long time; a bot that has heard nobody counts from its entrance. */
export const voiceInactivity: Check = (view) =>
  view.enteredAt !== undefined &&
  hasPassed(view, view.lastVoiceAt ?? view.enteredAt, view.policy.voiceInactivitySeconds)
    ? 'voice-inactivity'
    : undefined;
