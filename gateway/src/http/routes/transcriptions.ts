import type { FastifyInstance } from 'fastify';
import type { GatewayDeps } from '../../actions/deps.ts';
import { findKept } from '../../actions/find-kept.ts';
import { transcribeAgain } from '../../actions/transcribe-again.ts';
import { toTranscriptions } from '../../contract/transcriptions.ts';
import { callerOf } from '../caller.ts';
import { idempotencyKeyOf } from '../idempotency-key.ts';

interface BotPath {
  Params: { bot_id: string };
}

/** Every transcription of a bot, and one more. */
export function transcriptionRoutes(api: FastifyInstance, deps: GatewayDeps): void {
  const { transcriber, settings } = deps;

  api.get<BotPath>('/bots/:bot_id/transcriptions', async (request) => {
    const { accountId } = callerOf(request);
    const bot = await findKept(deps, { botId: request.params.bot_id, accountId });
    const { transcripts } = await transcriber.listTranscripts({ botId: bot.botId }, { accountId });
    return toTranscriptions(bot, transcripts, settings);
  });

  api.post<BotPath>('/bots/:bot_id/transcribe', async (request) => {
    const { transcriptId, provider, isCreated } = await transcribeAgain(deps, {
      botId: request.params.bot_id,
      accountId: callerOf(request).accountId,
      body: request.body,
      idempotencyKey: idempotencyKeyOf(request) ?? '',
    });
    return {
      bot_id: request.params.bot_id,
      transcript_id: transcriptId,
      provider,
      message: isCreated ? 'Transcription started' : 'This transcription has been asked for before',
    };
  });
}
