import type { BotServiceService } from '@earshot/contract/scheduler/v1/bots.ts';
import { accountOfCall, type Handlers } from '@earshot/rpc';
import { createBot } from '../actions/create-bot.ts';
import type { SchedulerDeps } from '../actions/deps.ts';
import { getBot, getBotOfTranscript } from '../actions/get-bot.ts';
import { locateBot } from '../actions/locate-bot.ts';
import { markErased } from '../actions/mark-erased.ts';
import { setPaused } from '../actions/set-paused.ts';
import { sendMessage } from '../actions/send-message.ts';
import { stopBot } from '../actions/stop-bot.ts';
import { withLastCallback } from '../domain/tombstone.ts';
import { forgetFacts } from '../actions/forget-facts.ts';
import { botIdOf, readPageToken, toEndedMessage, toPageToken, transcriptIdOf } from './paging.ts';
import { fromSpecMessage, toBotMessage, toSummaryMessage } from './mapping.ts';

const PAGE = 50;
const LARGEST_PAGE = 200;
const ENDED_PAGE = 500;
const LARGEST_ENDED_PAGE = 1000;

export function botService(deps: SchedulerDeps): Handlers<typeof BotServiceService> {
  return {
    async createBot(request, call) {
      const { bot, created } = await createBot(deps, {
        accountId: accountOfCall(call),
        botId: request.botId ? botIdOf(request.botId) : undefined,
        spec: fromSpecMessage(request.spec),
        idempotencyKey: request.idempotencyKey || undefined,
        orderedByKey: request.orderedByKey || undefined,
      });
      return { bot: toBotMessage(bot), created };
    },
    async getBot({ botId }, { caller: { scope } }) {
      return toBotMessage(await getBot(deps, { botId: botIdOf(botId), scope }));
    },
    async getBotOfTranscript({ transcriptId }, { caller: { scope } }) {
      return toBotMessage(await getBotOfTranscript(deps, { transcriptId: transcriptIdOf(transcriptId), scope }));
    },
    async findBot({ botId }, { caller: { scope } }) {
      return toBotMessage(withLastCallback(await getBot(deps, { botId: botIdOf(botId), scope })));
    },
    async stopBot({ botId }, { caller: { scope } }) {
      return toBotMessage(await stopBot(deps, { botId: botIdOf(botId), scope }));
    },
    async setPaused({ botId, paused }, { caller: { scope } }) {
      return toBotMessage(await setPaused(deps, { botId: botIdOf(botId), scope, isPaused: paused }));
    },
    async sendMessage({ botId, text }, { caller: { scope } }) {
      return { messageId: await sendMessage(deps, { botId: botIdOf(botId), scope, text }) };
    },
    async locateBot({ botId }, { caller: { scope } }) {
      return { joinerAddress: await locateBot(deps, { botId: botIdOf(botId), scope }) };
    },
    async markErased({ botId, erasedAt, final: isFinal }) {
      const at = (erasedAt ?? new Date(deps.clock.now())).getTime();
      const about = { botId: botIdOf(botId), at, isFinal };
      const bot = await deps.database.transaction((tx) => markErased(deps, tx, about));
      if (isFinal) await forgetFacts(deps, bot.botId);
      return toBotMessage(bot);
    },
    async listEnded({ endedSince, pageSize, pageToken }) {
      const limit = Math.min(pageSize || ENDED_PAGE, LARGEST_ENDED_PAGE);
      const after = pageToken ? readPageToken(pageToken) : undefined;
      const since = (endedSince ?? new Date(0)).getTime();
      const bots = await deps.bots.listEnded({ since, after, limit });
      const last = bots.at(-1);
      return {
        bots: bots.map(toEndedMessage),
        nextPageToken: last && bots.length === limit ? toPageToken({ at: last.endedAt, botId: last.botId }) : '',
      };
    },
    async listBots({ pageSize, pageToken }, call) {
      const limit = Math.min(pageSize || PAGE, LARGEST_PAGE);
      const before = pageToken ? readPageToken(pageToken) : undefined;
      const bots = await deps.summaries.list(accountOfCall(call), {
        limit: limit + 1,
        before: before && { createdAt: before.at, botId: before.botId },
      });
      const page = bots.slice(0, limit);
      const last = bots.length > limit ? page.at(-1) : undefined;
      return {
        bots: page.map(toSummaryMessage),
        nextPageToken: last ? toPageToken({ at: last.createdAt, botId: last.botId }) : '',
      };
    },
  };
}
