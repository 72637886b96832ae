import type { LeavePolicy } from '@earshot/contract/scheduler/v1/bots.ts';
import { platformOf, type Platform } from '@earshot/kernel';
import { z } from 'zod';
import { ifWanted, unlessNull } from './unwanted.ts';

const seconds = z.number().int('must be a whole number of seconds').min(0);

/** Bounds nobody has verified are kept to quietly: a value beyond them is moved to the nearest bound. */
const bounded = ({ min, max }: { min: number; max: number }) =>
  seconds.transform((value) => Math.min(max, Math.max(min, value)));
const clamped = (bounds: { min: number; max: number; default: number }) =>
  unlessNull(bounded(bounds).default(bounds.default));

const botDetection = z.strictObject({
  using_participant_names: ifWanted(
    z
      .strictObject({
        // One that is empty would be part of every name.
        matches: z.array(z.string().trim().min(1, 'must not be empty').max(100)).min(1, 'needs at least one').max(100),
        activate_after: clamped({ min: 60, max: 1800, default: 300 }),
        timeout: clamped({ min: 5, max: 300, default: 5 }),
      })
      .optional(),
  ),
});

/**
 * When the bot leaves by itself. Bounds and defaults: the public documentation; `everyone_left_timeout` goes down to
 * 5 s, which its guide uses, although its table says 60.
 */
export const automaticLeave = z.strictObject({
  waiting_room_timeout: clamped({ min: 60, max: 1800, default: 600 }),
  no_one_joined_timeout: clamped({ min: 60, max: 1800, default: 600 }),
  noone_joined_timeout: unlessNull(bounded({ min: 60, max: 1800 }).optional()),
  everyone_left_timeout: clamped({ min: 5, max: 1800, default: 600 }),
  voice_inactivity_timeout: clamped({ min: 60, max: 18_000, default: 18_000 }),
  in_call_recording_timeout: unlessNull(
    seconds.min(600, 'must be at least 600 seconds').max(18_000, 'must not exceed 18000 seconds').default(14_400),
  ),
  recording_permission_denied_timeout: unlessNull(
    seconds.min(60, 'must be at least 60 seconds').max(300, 'must not exceed 300 seconds').default(60),
  ),
  bot_detection: ifWanted(botDetection.optional()),
});

export function toLeavePolicy(leave: z.output<typeof automaticLeave>, platform: Platform): LeavePolicy {
  const names = leave.bot_detection?.using_participant_names;
  return {
    waitingRoomSeconds: Math.min(leave.waiting_room_timeout, platformOf(platform).longestWaitSeconds ?? Infinity),
    noOneJoinedSeconds: leave.noone_joined_timeout ?? leave.no_one_joined_timeout,
    everyoneLeftSeconds: leave.everyone_left_timeout,
    voiceInactivitySeconds: leave.voice_inactivity_timeout,
    recordingLimitSeconds: leave.in_call_recording_timeout,
    recordingDeniedSeconds: leave.recording_permission_denied_timeout,
    botDetection: names && {
      nameParts: names.matches,
      activateAfterSeconds: names.activate_after,
      timeoutSeconds: names.timeout,
    },
  };
}
