import type {
  ProviderKey as ProviderKeyMessage,
  ProviderKeyServiceService,
} from '@earshot/contract/transcriber/v1/provider_keys.ts';
import { AppError, isUuid, type AccountId, type BotId } from '@earshot/kernel';
import { accountOfCall, type CallContext, type Handlers } from '@earshot/rpc';
import type { TranscriberDeps } from '../actions/deps.ts';
import { keepBotKey } from '../actions/keep-bot-key.ts';
import { forgetProviderKey, keepProviderKey } from '../actions/keep-provider-key.ts';
import type { Provider, ProviderKey } from '../domain/provider-key.ts';

export function providerKeyService(
  deps: Pick<TranscriberDeps, 'providerKeys' | 'botKeys' | 'providers' | 'clock'>,
  serverProviders: readonly Provider[],
): Handlers<typeof ProviderKeyServiceService> {
  return {
    async putProviderKey({ provider, apiKey }, call) {
      return toMessage(await keepProviderKey(deps, { accountId: accountIdOf(call), provider, apiKey }));
    },

    async listProviderKeys(_request, call) {
      const keys = await deps.providerKeys.list(accountIdOf(call));
      return { keys: keys.map(toMessage), serverProviders: [...serverProviders] };
    },

    async deleteProviderKey({ provider }, call) {
      await forgetProviderKey(deps, { accountId: accountIdOf(call), provider });
      return {};
    },

    async putBotKey({ botId, provider, apiKey }, call) {
      await keepBotKey(deps, { accountId: accountIdOf(call), botId: botIdOf(botId), provider, apiKey });
      return {};
    },

    async deleteBotKeys({ botId }, call) {
      await deps.botKeys.forget({ accountId: accountIdOf(call), botId: botIdOf(botId) });
      return {};
    },
  };
}

function toMessage({ provider, lastFour, createdAt }: ProviderKey): ProviderKeyMessage {
  return { provider, lastFour, createdAt: new Date(createdAt) };
}

function accountIdOf(call: CallContext): AccountId {
  const accountId = accountOfCall(call);
  if (accountId.includes('\0')) throw new AppError('invalid-argument', 'account_id is no id');
  return accountId;
}

function botIdOf(text: string): BotId {
  if (!isUuid(text)) throw new AppError('invalid-argument', 'bot_id is no id');
  return text as BotId;
}
