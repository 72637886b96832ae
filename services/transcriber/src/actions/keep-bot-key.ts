import type { AccountId, BotId } from '@earshot/kernel';
import { parseApiKey, parseProvider } from '../domain/provider-key.ts';
import type { TranscriberDeps } from './deps.ts';

export interface KeepBotKeyInput {
  readonly accountId: AccountId;
  readonly botId: BotId;
  readonly provider: string;
  readonly apiKey: string;
}

/** Keeps a key for one bot of an account. Throws `invalid-argument`, without the key. */
export async function keepBotKey(
  { botKeys, providers, clock }: Pick<TranscriberDeps, 'botKeys' | 'providers' | 'clock'>,
  { accountId, botId, ...input }: KeepBotKeyInput,
): Promise<void> {
  const provider = parseProvider(input.provider, providers);
  await botKeys.put({ accountId, botId }, { provider, apiKey: parseApiKey(input.apiKey), at: clock.now() });
}
