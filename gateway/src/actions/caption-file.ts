import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import type { CaptionFile } from '../contract/bot-detail.ts';
import { readsCaptions } from '../contract/providers.ts';
import type { GatewayDeps } from './deps.ts';

/** The transcript of a bot that read the meeting's captions, as a file of subtitles. */
export async function captionFileOf(
  { transcriber, settings }: Pick<GatewayDeps, 'transcriber' | 'settings'>,
  bot: Bot,
): Promise<CaptionFile> {
  const { transcriptId } = bot;
  if (!readsCaptions(bot.spec) || bot.state !== 'BOT_STATE_DONE' || bot.erasedAt) {
    return { available: false };
  }
  const { transcripts } = await transcriber.listTranscripts({ botId: bot.botId }, { accountId: bot.accountId });
  const own = transcripts.find((transcript) => transcript.transcriptId === transcriptId);
  if (own?.state !== 'TRANSCRIPT_STATE_READY') return { available: false };
  return { available: true, url: `${settings.publicUrl}/api/v1/transcript/${transcriptId}/get_transcript?format=vtt` };
}
