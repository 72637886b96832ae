import type { FastifyInstance, FastifyReply } from 'fastify';
import { AppError, isUuid } from '@earshot/kernel';
import type { GatewayDeps } from '../../actions/deps.ts';
import { toRawTranscript, toSegments } from '../../contract/transcript.ts';
import { callerOf } from '../caller.ts';

interface Asked {
  readonly transcriptId: string;
  readonly accountId: string;
  readonly isRaw: boolean;
}

/** Speech as text. */
export function transcriptRoutes(api: FastifyInstance, { scheduler, transcriber }: GatewayDeps): void {
  const answer = async (reply: FastifyReply, { transcriptId, accountId, isRaw }: Asked) => {
    if (!isUuid(transcriptId)) throw new AppError('not-found', 'no such transcript');
    const transcript = await transcriber.getTranscript({ transcriptId });
    if (transcript.accountId !== accountId)
      throw new AppError('permission-denied', 'the transcript belongs to another account');
    if (transcript.state !== 'TRANSCRIPT_STATE_READY') {
      const status = transcript.state.replace('TRANSCRIPT_STATE_', '').toLowerCase();
      const reason = transcript.failure ? ` (${transcript.failure})` : '';
      return reply
        .code(202)
        .send({ message: `Transcript is still being processed. Current status: ${status}${reason}` });
    }
    return isRaw ? toRawTranscript(transcript) : toSegments(transcript);
  };

  api.get<{ Params: { transcript_id: string }; Querystring: { raw?: string } }>(
    '/transcript/:transcript_id/get_transcript',
    async (request, reply) =>
      answer(reply, {
        transcriptId: request.params.transcript_id,
        accountId: callerOf(request).accountId,
        isRaw: request.query.raw === 'true',
      }),
  );

  api.get<{ Params: { bot_id: string }; Querystring: { raw?: string } }>(
    '/bots/:bot_id/get_transcript',
    async (request, reply) => {
      const { accountId } = callerOf(request);
      const { transcriptId } = await scheduler.getBot({ botId: request.params.bot_id, accountId });
      return answer(reply, { transcriptId, accountId, isRaw: request.query.raw === 'true' });
    },
  );
}
