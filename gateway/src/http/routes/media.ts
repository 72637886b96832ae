import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { AppError } from '@earshot/kernel';
import type { GatewayDeps } from '../../actions/deps.ts';
import { messagesOf, participantsOf } from '../../actions/people-of.ts';
import { toChats, toParticipants } from '../../contract/people.ts';
import { toScreenshots } from '../../contract/screenshots.ts';
import { callerOf } from '../caller.ts';

interface BotPath {
  Params: { bot_id: string };
}

/** Documented life of an audio link; the others' follow it. */
const LINK_SECONDS = 3600;

/** What was recorded of a meeting. */
export function mediaRoutes(api: FastifyInstance, { scheduler, media, settings }: GatewayDeps): void {
  const find = async (request: FastifyRequest<BotPath>): Promise<Bot> => {
    const bot = await scheduler.getBot({ botId: request.params.bot_id, accountId: callerOf(request).accountId });
    if (bot.erasedAt) throw new AppError('not-found', 'the data of this bot has been deleted');
    return bot;
  };

  api.get<BotPath>('/bots/:bot_id/get_audio', async (request, reply) => {
    const bot = await find(request);
    const recording = await media
      .getRecording({ botId: bot.botId }, { accountId: bot.accountId })
      .catch((error: unknown) => {
        if (error instanceof AppError && error.code === 'not-found') return undefined;
        throw error;
      });
    if (recording?.state !== 'RECORDING_STATE_READY') {
      const ended = bot.state === 'BOT_STATE_DONE' || bot.state === 'BOT_STATE_FAILED';
      const detail = recording?.detail ?? '';
      const why = detail && `: ${detail}`;
      if (ended) throw new AppError('not-found', `this bot has recorded nothing${why}`);
      const message = `Audio is still being processed${why}.`;
      return reply.code(202).send({ audio_status: 'in_progress', message, ...(detail && { detail }) });
    }
    const { token } = await media.signArtifact(
      { botId: bot.botId, artifact: 'ARTIFACT_MIXED_AUDIO', expiresSeconds: LINK_SECONDS, attempt: 0, artifactId: '' },
      { accountId: bot.accountId },
    );
    return { audio_url: `${settings.publicUrl}/artifacts/${token}`, duration_seconds: recording.durationMs / 1000 };
  });

  api.get<BotPath>('/bots/:bot_id/get_screenshots', async (request) => {
    const { botId, accountId } = await find(request);
    const { artifacts } = await media.listDebugArtifacts({ botId }, { accountId });
    const links = artifacts.map(async (kept) => {
      const { artifact, attempt } = kept;
      const { token } = await media.signArtifact(
        { botId, artifact, attempt, expiresSeconds: LINK_SECONDS, artifactId: '' },
        { accountId },
      );
      return { ...kept, url: `${settings.publicUrl}/artifacts/${token}` };
    });
    return toScreenshots(botId, await Promise.all(links));
  });

  // Before the meeting, and of one that nobody recorded, there is nobody and nothing: that is no error.
  api.get<BotPath>('/bots/:bot_id/get_participants', async (request) => {
    const bot = await find(request);
    return toParticipants(bot, await participantsOf({ media }, bot));
  });

  api.get<BotPath>('/bots/:bot_id/get_chats', async (request) => {
    const bot = await find(request);
    const [messages, participants] = await Promise.all([messagesOf({ media }, bot), participantsOf({ media }, bot)]);
    return toChats(bot, messages, participants);
  });
}
