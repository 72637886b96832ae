import type { Erasure as ErasureMessage, RetentionServiceService } from '@earshot/contract/retention/v1/retention.ts';
import { AppError, checkWithin, isUuid, type BotId } from '@earshot/kernel';
import type { CallContext, Handlers } from '@earshot/rpc';
import type { RetentionDeps } from '../actions/deps.ts';
import { acknowledgeErasures } from '../actions/close-erasures.ts';
import { eraseNow, getErasure } from '../actions/erase-now.ts';
import type { Erasure } from '../domain/erasure.ts';

export function retentionService(deps: RetentionDeps): Handlers<typeof RetentionServiceService> {
  const owned = async ({ botId }: { botId: string }, { caller }: CallContext): Promise<BotId> => {
    const { accountId } = await deps.visitOf(botIdOf(botId));
    checkWithin(caller.scope, accountId, 'the bot');
    return botIdOf(botId);
  };
  return {
    eraseNow: async (request, call) => toMessage(await eraseNow(deps, await owned(request, call))),
    async acknowledgeErasures({ botIds }) {
      await acknowledgeErasures(deps, botIds.filter(isUuid) as BotId[]);
      return {};
    },
    getErasure: async (request, call) => toMessage(await getErasure(deps, await owned(request, call))),
  };
}

function toMessage(erasure: Erasure): ErasureMessage {
  return {
    botId: erasure.botId,
    dueAt: new Date(erasure.dueAt),
    doneAt: erasure.doneAt === undefined ? undefined : new Date(erasure.doneAt),
    deletedObjects: erasure.deletedObjects,
    attempts: erasure.attempts,
  };
}

function botIdOf(text: string): BotId {
  if (!isUuid(text)) throw new AppError('not-found', 'no such bot', { fields: { botId: text } });
  return text as BotId;
}
