import { hasPassed, type Check } from './meeting-view.ts';

/** Nobody has let the bot in. */
export const waitingRoomTimeout: Check = (view) =>
  view.enteredAt === undefined && hasPassed(view, view.waitingSince, view.policy.waitingRoomSeconds)
    ? 'waiting-room-timeout'
    : undefined;
