import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import type { Transcript } from '@earshot/contract/transcriber/v1/transcripts.ts';
import type { GatewayDeps } from './deps.ts';

/** The transcript of a bot that was asked for last, without its words; undefined before the bot is done. */
export async function newestTranscript(
  { transcriber }: Pick<GatewayDeps, 'transcriber'>,
  bot: Bot,
): Promise<Transcript | undefined> {
  // Before a visit has ended there is none but its own.
  if (bot.state !== 'BOT_STATE_DONE' || bot.erasedAt) return undefined;
  const { transcripts } = await transcriber.listTranscripts({ botId: bot.botId }, { accountId: bot.accountId });
  return transcripts.at(-1);
}
