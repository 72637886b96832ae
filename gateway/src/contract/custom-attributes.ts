import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';

/** The customer's own attributes of a bot, as they come back with whatever is sent about it. */
export function attributesOf(bot: Bot): unknown {
  return JSON.parse(bot.spec?.attributesJson || '{}');
}
