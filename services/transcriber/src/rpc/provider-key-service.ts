import type {
  ProviderKey as ProviderKeyMessage,
  ProviderKeyServiceService,
} from '@earshot/contract/transcriber/v1/provider_keys.ts';
import { AppError, type AccountId } from '@earshot/kernel';
import type { Handlers } from '@earshot/rpc';
import type { TranscriberDeps } from '../actions/deps.ts';
import { forgetProviderKey, keepProviderKey } from '../actions/keep-provider-key.ts';
import type { ProviderKey } from '../domain/provider-key.ts';

export function providerKeyService(
  deps: Pick<TranscriberDeps, 'providerKeys' | 'clock'>,
): Handlers<typeof ProviderKeyServiceService> {
  return {
    async putProviderKey({ accountId, provider, apiKey }) {
      return toMessage(await keepProviderKey(deps, { accountId: accountIdOf(accountId), provider, apiKey }));
    },

    async listProviderKeys({ accountId }) {
      return { keys: (await deps.providerKeys.list(accountIdOf(accountId))).map(toMessage) };
    },

    async deleteProviderKey({ accountId, provider }) {
      await forgetProviderKey(deps, { accountId: accountIdOf(accountId), provider });
      return {};
    },
  };
}

function toMessage({ provider, lastFour, createdAt }: ProviderKey): ProviderKeyMessage {
  return { provider, lastFour, createdAt: new Date(createdAt) };
}

function accountIdOf(text: string): AccountId {
  if (text === '' || text.includes('\0')) throw new AppError('invalid-argument', 'account_id is no id');
  return text as AccountId;
}
