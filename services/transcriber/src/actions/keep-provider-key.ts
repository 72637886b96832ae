import { AppError, type AccountId } from '@earshot/kernel';
import { lastFourOf, parseApiKey, parseProvider, type ProviderKey } from '../domain/provider-key.ts';
import type { TranscriberDeps } from './deps.ts';

export interface KeepProviderKeyInput {
  readonly accountId: AccountId;
  readonly provider: string;
  readonly apiKey: string;
}

/** Keeps an account's own key for a provider in place of the one before. Throws `invalid-argument`, without the key. */
export async function keepProviderKey(
  { providerKeys, providers, clock }: Pick<TranscriberDeps, 'providerKeys' | 'providers' | 'clock'>,
  { accountId, ...input }: KeepProviderKeyInput,
): Promise<ProviderKey> {
  const provider = parseProvider(input.provider, providers);
  const apiKey = parseApiKey(input.apiKey);
  const key = { provider, lastFour: lastFourOf(apiKey), createdAt: clock.now() };
  await providerKeys.put(accountId, { ...key, apiKey });
  return key;
}

/** Deletes it. `not-found` when there is none. */
export async function forgetProviderKey(
  { providerKeys, providers }: Pick<TranscriberDeps, 'providerKeys' | 'providers'>,
  { accountId, provider }: Pick<KeepProviderKeyInput, 'accountId' | 'provider'>,
): Promise<void> {
  const isForgotten = await providerKeys.delete(accountId, parseProvider(provider, providers));
  if (!isForgotten) throw new AppError('not-found', 'no key is stored for this provider', { fields: { provider } });
}
