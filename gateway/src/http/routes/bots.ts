import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import type { GatewayDeps } from '../../actions/deps.ts';
import { captionFileOf } from '../../actions/caption-file.ts';
import { eraseBot } from '../../actions/erase-bot.ts';
import { finishedRecording } from '../../actions/finished-recording.ts';
import { newestTranscript } from '../../actions/newest-transcript.ts';
import { participantsOf } from '../../actions/people-of.ts';
import { videoOf } from '../../actions/video-of.ts';
import { createBot } from '../../actions/create-bot.ts';
import { toBotDetail, toBotListItem } from '../../contract/bot-detail.ts';
import { statusOf } from '../../contract/bot-status.ts';
import { chatWarnings } from '../../contract/chat-warnings.ts';
import { attributesOf } from '../../contract/custom-attributes.ts';
import { toEndFields } from '../../contract/end-reasons.ts';
import { toDeliveries } from '../../contract/deliveries.ts';
import { readsCaptions } from '../../contract/providers.ts';
import { listQuery } from '../../contract/list-query.ts';
import { idempotencyKeyOf } from '../idempotency-key.ts';
import { readBody, readBy } from '../../contract/read.ts';
import { redeliverBody } from '../../contract/webhooks.ts';
import { callerOf } from '../caller.ts';

interface BotPath {
  Params: { bot_id: string };
}

/** Ordering, looking at, stopping and deleting bots. */
export function botRoutes(api: FastifyInstance, deps: GatewayDeps): void {
  const { scheduler, notifier } = deps;
  const find = (request: FastifyRequest<BotPath>): Promise<Bot> =>
    scheduler.getBot({ botId: request.params.bot_id, accountId: callerOf(request).accountId });

  for (const path of ['/bots/create_bot', '/bots/create_agent']) {
    api.post(path, async (request, reply) => {
      const idempotencyKey = idempotencyKeyOf(request);
      const { bot, outcome, warnings } = await createBot(deps, {
        body: request.body,
        caller: callerOf(request),
        idempotencyKey,
      });
      // 507 is the documented sign of a replay by header; clients count it as a success.
      const code = { created: 201, 'replayed-by-header': 507, 'replayed-by-body': 200 }[outcome];
      const created = outcome === 'created';
      return reply.code(code).send({
        bot_id: bot.botId,
        // Captions are documented to have none; their transcript is the bot's all the same.
        transcript_id: created && !readsCaptions(bot.spec) ? bot.transcriptId || null : null,
        meeting_url: bot.spec?.meetingUrl,
        status: created ? (bot.state === 'BOT_STATE_SCHEDULED' ? 'Scheduled' : 'Active') : statusOf(bot),
        warnings,
      });
    });
  }

  api.get('/bots', { config: { weight: 8 } }, async (request) => {
    const { cursor, limit: pageSize } = readBy(listQuery, request.query);
    const page = await scheduler.listBots({ accountId: callerOf(request).accountId, pageSize, pageToken: cursor });
    return {
      bots: page.bots.map((bot) => toBotListItem(bot, callerOf(request).keyId)),
      hasNextPage: page.nextPageToken !== '',
      nextCursor: page.nextPageToken || null,
    };
  });

  api.get<BotPath>('/bots/:bot_id/status', async (request) => {
    const bot = await find(request);
    return {
      bot_id: bot.botId,
      status: statusOf(bot),
      ...toEndFields(bot),
      recording_paused: bot.state === 'BOT_STATE_PAUSED',
      warnings: chatWarnings(bot),
      custom_attributes: attributesOf(bot),
    };
  });

  for (const path of ['/bots/:bot_id/detail', '/bots/:bot_id/details']) {
    api.get<BotPath>(path, async (request) => {
      const bot = await find(request);
      const captionFile = await captionFileOf(deps, bot);
      const [transcript, recording, video, participants] = await Promise.all([
        ...([newestTranscript(deps, bot), finishedRecording(deps, bot), videoOf(deps, bot)] as const),
        bot.erasedAt ? [] : participantsOf(deps, bot),
      ]);
      const { keyId } = callerOf(request);
      return { bot_details: toBotDetail(bot, { captionFile, transcript, recording, video, participants, keyId }) };
    });
  }

  api.route<BotPath>({
    method: ['GET', 'POST'],
    url: '/bots/:bot_id/remove_bot',
    exposeHeadRoute: false,
    async handler(request) {
      const { accountId } = callerOf(request);
      const bot = await scheduler.stopBot({ botId: request.params.bot_id, accountId });
      return { message: `Stop signal sent for bot ${bot.botId}`, bot_id: bot.botId };
    },
  });

  const erase = async (request: FastifyRequest<BotPath>) => {
    const bot = await find(request);
    const { deletedObjects } = await eraseBot(deps, bot);
    return {
      message: `Successfully deleted ${deletedObjects} objects for bot ${bot.botId}`,
      bot_id: bot.botId,
      deleted_objects: deletedObjects,
      success: true,
    };
  };
  api.delete<BotPath>('/bots/:bot_id/delete', erase);
  // A HEAD is for looking: it is answered by nothing that acts.
  api.get<BotPath>('/bots/:bot_id/delete_data', { exposeHeadRoute: false }, erase);

  api.get<BotPath>('/bots/:bot_id/deliveries', async (request) => {
    const bot = await find(request);
    return toDeliveries(
      bot.botId,
      (await notifier.listDeliveries({ botId: bot.botId }, { accountId: bot.accountId })).deliveries,
    );
  });

  api.post<BotPath>('/bots/:bot_id/redeliver', async (request) => {
    const { message_ids: messageIds } = readBody(redeliverBody, request.body);
    const bot = await find(request);
    return notifier.redeliver({ botId: bot.botId, messageIds }, { accountId: bot.accountId });
  });
}
