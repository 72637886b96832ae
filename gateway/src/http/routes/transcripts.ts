import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { AppError, isUuid } from '@earshot/kernel';
import { newestTranscript } from '../../actions/newest-transcript.ts';
import { expectedBot } from '../../actions/expected-bot.ts';
import { openTranscript } from '../../actions/open-transcript.ts';
import type { GatewayDeps } from '../../actions/deps.ts';
import { statusOf } from '../../contract/bot-status.ts';
import { textFormats } from '../../contract/subtitles.ts';
import { parseTranscriptQuery, type TranscriptShape } from '../../contract/transcript-query.ts';
import { rawWriter, segmentWriter } from '../../contract/transcript.ts';
import { callerOf } from '../caller.ts';

interface Asked {
  readonly transcriptId: string;
  readonly accountId: string;
  readonly shape: TranscriptShape;
}

/** A long transcript keeps a service busy for as long as it is read. */
const config = { weight: 8 };

/** Speech as text: however long it is, only a part of it is here at a time. */
export function transcriptRoutes(api: FastifyInstance, { scheduler, transcriber }: GatewayDeps): void {
  const answer = async (reply: FastifyReply, { transcriptId, accountId, shape }: Asked) => {
    if (!isUuid(transcriptId)) throw new AppError('not-found', 'no such transcript');
    const gone = new AbortController();
    reply.raw.on('close', () => gone.abort());
    const open = await openTranscript(
      { transcriber },
      { transcriptId, accountId, wantsRaw: shape === 'raw', signal: gone.signal },
    ).catch(async (error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'not-found') throw error;
      return (await expectedBot({ scheduler }, { transcriptId, accountId })) ?? Promise.reject(error);
    });
    if ('state' in open) return reply.code(202).send(notYet(statusOf(open)));
    const { transcript, write } = open;
    if (transcript.state !== 'TRANSCRIPT_STATE_READY') {
      gone.abort();
      const status = transcript.state.replace('TRANSCRIPT_STATE_', '').toLowerCase();
      const reason = transcript.failure ? ` (${transcript.failure})` : '';
      return reply.code(202).send(notYet(`${status}${reason}`));
    }
    const isJson = shape === 'raw' || shape === 'segments';
    const writer = isJson
      ? { raw: rawWriter, segments: segmentWriter }[shape](transcript)
      : textFormats[shape].writer();
    const type = isJson ? 'application/json; charset=utf-8' : textFormats[shape].contentType;
    return reply.header('content-type', type).send(Readable.from(write(writer), { objectMode: false }));
  };

  api.get<{ Params: { transcript_id: string } }>(
    '/transcript/:transcript_id/get_transcript',
    { config },
    async (request, reply) =>
      answer(reply, {
        transcriptId: request.params.transcript_id,
        accountId: callerOf(request).accountId,
        shape: parseTranscriptQuery(request.query),
      }),
  );

  api.get<{ Params: { bot_id: string } }>('/bots/:bot_id/get_transcript', { config }, async (request, reply) => {
    const shape = parseTranscriptQuery(request.query);
    const { accountId } = callerOf(request);
    const bot = await scheduler.getBot({ botId: request.params.bot_id, accountId });
    // The one that was asked for last is documented to take the place of the one before.
    const newest = await newestTranscript({ transcriber }, bot);
    return answer(reply, { transcriptId: newest?.transcriptId ?? bot.transcriptId, accountId, shape });
  });
}

/** The documented answer to who is too early: those who wait ask again. */
function notYet(status: string) {
  return { message: `Transcript is still being processed. Current status: ${status}` };
}
