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
  { botKeys, clock }: Pick<TranscriberDeps, 'botKeys' | 'clock'>,
  { accountId, botId, ...usage }: KeepBotKeyInput,
): Promise<void> {
  const provider = parseProvider(usage.provider);
  await botKeys.put({ accountId, botId }, { provider, apiKey: parseApiKey(usage.apiKey), at: clock.now() });
}
