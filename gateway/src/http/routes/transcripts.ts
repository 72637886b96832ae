import type { FastifyInstance, FastifyReply } from 'fastify';
import { AppError, isUuid } from '@earshot/kernel';
import type { GatewayDeps } from '../../actions/deps.ts';
import { newestTranscript } from '../../actions/newest-transcript.ts';
import { textFormats } from '../../contract/subtitles.ts';
import { parseTranscriptQuery, type TranscriptShape } from '../../contract/transcript-query.ts';
import { toRawTranscript, toSegments } from '../../contract/transcript.ts';
import { callerOf } from '../caller.ts';

interface Asked {
  readonly transcriptId: string;
  readonly accountId: string;
  readonly shape: TranscriptShape;
}

/** Speech as text. */
export function transcriptRoutes(api: FastifyInstance, { scheduler, transcriber }: GatewayDeps): void {
  const answer = async (reply: FastifyReply, { transcriptId, accountId, shape }: Asked) => {
    if (!isUuid(transcriptId)) throw new AppError('not-found', 'no such transcript');
    const transcript = await transcriber.getTranscript({ transcriptId }, { accountId });
    if (transcript.state !== 'TRANSCRIPT_STATE_READY') {
      const status = transcript.state.replace('TRANSCRIPT_STATE_', '').toLowerCase();
      const reason = transcript.failure ? ` (${transcript.failure})` : '';
      return reply
        .code(202)
        .send({ message: `Transcript is still being processed. Current status: ${status}${reason}` });
    }
    if (shape === 'raw') return toRawTranscript(transcript);
    if (shape === 'segments') return toSegments(transcript);
    const { contentType, write } = textFormats[shape];
    return reply.header('content-type', contentType).send(write(transcript.utterances));
  };

  api.get<{ Params: { transcript_id: string } }>('/transcript/:transcript_id/get_transcript', async (request, reply) =>
    answer(reply, {
      transcriptId: request.params.transcript_id,
      accountId: callerOf(request).accountId,
      shape: parseTranscriptQuery(request.query),
    }),
  );

  api.get<{ Params: { bot_id: string } }>('/bots/:bot_id/get_transcript', async (request, reply) => {
    const shape = parseTranscriptQuery(request.query);
    const { accountId } = callerOf(request);
    const bot = await scheduler.getBot({ botId: request.params.bot_id, accountId });
    // The one that was asked for last is documented to take the place of the one before.
    const newest = await newestTranscript({ transcriber }, bot);
    return answer(reply, { transcriptId: newest?.transcriptId ?? bot.transcriptId, accountId, shape });
  });
}
