import { AppError, withBotId } from '@earshot/kernel';
import { toSpeech } from '../contract/provider-choice.ts';
import { BadRequest } from '../contract/problems.ts';
import { readBody } from '../contract/read.ts';
import { transcribeBody } from '../contract/transcriptions.ts';
import { checkAddress } from './check-address.ts';
import type { GatewayDeps } from './deps.ts';
import { findKept } from './find-kept.ts';

export interface TranscribeAgainInput {
  readonly botId: string;
  readonly accountId: string;
  readonly body: unknown;
  /** The `Idempotency-Key` header. */
  readonly idempotencyKey: string;
}

/** Has a bot's recording transcribed by another provider. Answers which transcript it will be. */
export async function transcribeAgain(
  deps: Pick<GatewayDeps, 'scheduler' | 'transcriber' | 'egress' | 'settings'>,
  { botId, accountId, body: given, idempotencyKey }: TranscribeAgainInput,
): Promise<{ transcriptId: string; provider: string; isCreated: boolean }> {
  const { transcriber, egress, settings } = deps;
  const bot = await findKept(deps, { botId, accountId });
  const { provider: chosen, callback_url: address = '' } = readBody(transcribeBody, given);
  const notifyUrl = withBotId(address, bot.botId);
  const provider = toSpeech(chosen, settings.defaultEngines);
  if (notifyUrl) {
    const problems = await checkAddress(egress, { field: 'callback_url', url: notifyUrl, schemes: ['https', 'http'] });
    if (problems.length > 0) throw new BadRequest(problems);
  }
  // It ended without having been inside.
  if (bot.state === 'BOT_STATE_FAILED') throw new AppError('not-found', 'this bot has recorded nothing');
  const { transcriptId, created } = await transcriber.transcribe({
    ...{ botId: bot.botId, accountId: bot.accountId, notifyUrl, idempotencyKey },
    ...{ engine: provider.engine, optionsJson: JSON.stringify(provider.options) },
  });
  return { transcriptId, provider: provider.engine, isCreated: created };
}
