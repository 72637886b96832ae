import { isUuid } from '@earshot/kernel';
import { z } from 'zod';

const wholeNumber = 'must be a whole number from 1 to 200';

/** Which of an account's bots are listed. What would show fewer of them is refused: a list that is not filtered looks as if it were. */
export const listQuery = z
  .looseObject({
    limit: z
      .string(wholeNumber)
      .regex(/^\d{1,3}$/, wholeNumber)
      .transform(Number)
      .refine((value) => value >= 1 && value <= 200, wholeNumber)
      .default(50),
    /** What the page before answered. */
    cursor: z
      .string('is not one of ours')
      .refine((cursor) => cursor === '' || isCursor(cursor), 'is not one of ours')
      .default(''),
  })
  .superRefine((given, context) => {
    for (const name of Object.keys(given)) {
      if (!isFilter(name)) continue;
      context.addIssue({
        code: 'custom',
        path: [name],
        message: 'is not available: this server does not filter lists',
      });
    }
  });

function isFilter(name: string): boolean {
  return ['status', 'from', 'to', 'platform'].includes(name) || /^custom_attr(?:\[|$)/.test(name);
}

/** A time in milliseconds since 1970 and a bot, as the scheduler's page tokens are. */
function isCursor(text: string): boolean {
  const [, botId] = /^\d{1,15}\.(.*)$/s.exec(text) ?? [];
  return botId !== undefined && isUuid(botId);
}
