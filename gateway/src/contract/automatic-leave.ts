import { z } from 'zod';

const seconds = z.number().int('must be a whole number of seconds').min(0);

/** Bounds nobody has verified are kept to quietly: a value beyond them is moved to the nearest bound. */
const clamped = (bounds: { min: number; max: number; default: number }) =>
  seconds.transform((value) => Math.min(bounds.max, Math.max(bounds.min, value))).default(bounds.default);

/**
 * When the bot leaves by itself. Bounds and defaults: the public documentation; `everyone_left_timeout` goes down to
 * 5 s, which its guide uses, although its table says 60.
 */
export const automaticLeave = z.strictObject({
  waiting_room_timeout: clamped({ min: 60, max: 1800, default: 600 }),
  no_one_joined_timeout: clamped({ min: 60, max: 1800, default: 600 }),
  noone_joined_timeout: seconds.optional(),
  everyone_left_timeout: clamped({ min: 5, max: 1800, default: 600 }),
  voice_inactivity_timeout: clamped({ min: 60, max: 18_000, default: 18_000 }),
  in_call_recording_timeout: seconds
    .min(600, 'must be at least 600 seconds')
    .max(18_000, 'must not exceed 18000 seconds')
    .default(14_400),
  recording_permission_denied_timeout: seconds
    .min(60, 'must be at least 60 seconds')
    .max(300, 'must not exceed 300 seconds')
    .default(60),
  bot_detection: z.unknown().optional(),
});
