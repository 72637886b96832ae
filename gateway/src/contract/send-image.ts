import { z } from 'zod';
import { address } from './sockets.ts';
import { ifWanted, unlessNull } from './unwanted.ts';

/** Seconds. A day: no meeting lasts as long. */
const LONGEST_DISPLAY = 24 * 60 * 60;

/** What a bot's camera is to show, and for how many seconds; until another comes unless told. `metadata` is taken and not acted on. */
export const sendImageBody = z.strictObject({
  img_url: address.min(1),
  display_duration: unlessNull(z.int().min(1).max(LONGEST_DISPLAY).optional()),
  metadata: ifWanted(z.looseObject({ message_type: unlessNull(z.string().optional()) }).optional()),
});
