import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import type { GatewayDeps } from './deps.ts';

/** The bot with the transcript that was asked for last, which is documented to take the place of the one before. */
export async function withNewestTranscript({ transcriber }: Pick<GatewayDeps, 'transcriber'>, bot: Bot): Promise<Bot> {
  // Before a visit has ended there is none but its own.
  if (bot.state !== 'BOT_STATE_DONE' || bot.erasedAt) return bot;
  const { transcripts } = await transcriber.listTranscripts({ botId: bot.botId });
  const newest = transcripts.at(-1);
  return newest ? { ...bot, transcriptId: newest.transcriptId } : bot;
}
