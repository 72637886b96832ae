import { hasPassed, type Check } from './meeting-view.ts';

/** No voice for a long time; a bot that has received none counts from when it began to listen. */
export const voiceInactivity: Check = (view) =>
  hasPassed(view, view.lastVoiceAt ?? view.heardSince, view.policy.voiceInactivitySeconds)
    ? 'voice-inactivity'
    : undefined;
