/** As it is written, and as libraries that build addresses write it. */
const placeholder = /\{bot_id\}|%7Bbot_id%7D/gi;

/** An address with a bot's id in place of its placeholder: a customer does not know the id, and their server tells bots apart by it. */
export function withBotId(address: string, botId: string): string {
  return address.replaceAll(placeholder, botId);
}
