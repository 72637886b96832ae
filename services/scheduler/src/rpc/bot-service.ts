import type { BotServiceService } from '@earshot/contract/scheduler/v1/bots.ts';
import { AppError, isUuid, type BotId } from '@earshot/kernel';
import { accountOfCall, type CallContext, type Handlers } from '@earshot/rpc';
import { createBot } from '../actions/create-bot.ts';
import type { SchedulerDeps } from '../actions/deps.ts';
import { getBot } from '../actions/get-bot.ts';
import { markErased } from '../actions/mark-erased.ts';
import { sendMessage } from '../actions/send-message.ts';
import { stopBot } from '../actions/stop-bot.ts';
import { fromSpecMessage, toBotMessage } from './mapping.ts';

const PAGE = 50;
const LARGEST_PAGE = 200;

export function botService(deps: SchedulerDeps): Handlers<typeof BotServiceService> {
  const find = async ({ botId }: { botId: string }, { caller: { scope } }: CallContext) =>
    toBotMessage(await getBot(deps, { botId: botIdOf(botId), scope }));
  return {
    async createBot(request, call) {
      const { bot, created } = await createBot(deps, {
        accountId: accountOfCall(call),
        spec: fromSpecMessage(request.spec),
        idempotencyKey: request.idempotencyKey || undefined,
      });
      return { bot: toBotMessage(bot), created };
    },
    getBot: find,
    findBot: find,
    async stopBot({ botId }, { caller: { scope } }) {
      return toBotMessage(await stopBot(deps, { botId: botIdOf(botId), scope }));
    },
    async sendMessage({ botId, text }, { caller: { scope } }) {
      return { messageId: await sendMessage(deps, { botId: botIdOf(botId), scope, text }) };
    },
    async markErased({ botId, erasedAt }) {
      const at = (erasedAt ?? new Date(deps.clock.now())).getTime();
      return toBotMessage(await deps.database.transaction((tx) => markErased(deps, tx, { botId: botIdOf(botId), at })));
    },
    async listBots({ pageSize, pageToken }, call) {
      const limit = Math.min(pageSize || PAGE, LARGEST_PAGE);
      const before = pageToken ? readPageToken(pageToken) : undefined;
      const bots = await deps.bots.list(accountOfCall(call), { limit: limit + 1, ...(before ? { before } : {}) });
      const page = bots.slice(0, limit);
      const last = bots.length > limit ? page.at(-1) : undefined;
      return { bots: page.map(toBotMessage), nextPageToken: last ? `${last.createdAt}.${last.botId}` : '' };
    },
  };
}

function readPageToken(token: string): { createdAt: number; botId: BotId } {
  const [createdAt, botId] = token.split('.');
  if (!Number.isSafeInteger(Number(createdAt))) throw new AppError('invalid-argument', 'page_token is not one of ours');
  return { createdAt: Number(createdAt), botId: botIdOf(botId ?? '') };
}

function botIdOf(text: string): BotId {
  if (!isUuid(text)) throw new AppError('not-found', 'no such bot', { fields: { botId: text } });
  return text as BotId;
}
