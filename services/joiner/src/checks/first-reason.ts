import type { EndReason } from '../domain/bot.ts';
import { denied } from './denied.ts';
import { disconnected } from './disconnected.ts';
import { everyoneLeft } from './everyone-left.ts';
import { meetingEnded } from './meeting-ended.ts';
import { noOneJoined } from './no-one-joined.ts';
import { onlyBots } from './only-bots.ts';
import { recordingDenied } from './recording-denied.ts';
import { recordingLimit } from './recording-limit.ts';
import { removed } from './removed.ts';
import { stopOrdered } from './stop-ordered.ts';
import { unreachable } from './unreachable.ts';
import type { Check, MeetingView } from './meeting-view.ts';
import { voiceInactivity } from './voice-inactivity.ts';
import { waitingRoomTimeout } from './waiting-room-timeout.ts';

/** In this order: the command, the page, the clock. */
const checks: readonly Check[] = [
  stopOrdered,
  removed,
  meetingEnded,
  denied,
  unreachable,
  disconnected,
  waitingRoomTimeout,
  recordingDenied,
  recordingLimit,
  everyoneLeft,
  onlyBots,
  noOneJoined,
  voiceInactivity,
];

/** The first reason to leave, if there is one. */
export function firstReason(view: MeetingView): EndReason | undefined {
  for (const check of checks) {
    const reason = check(view);
    if (reason) return reason;
  }
  return undefined;
}
