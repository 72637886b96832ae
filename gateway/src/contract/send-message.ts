import { z } from 'zod';
import { ifWanted, unlessNull } from './unwanted.ts';

/** What a bot is to write into its meeting's chat. `metadata` is taken and not acted on: text is the only kind there is. */
export const sendMessageBody = z.strictObject({
  message: z.string().min(1).max(2000),
  metadata: ifWanted(z.looseObject({ message_type: unlessNull(z.literal('text').optional()) }).optional()),
});
