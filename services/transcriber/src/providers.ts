import type { AccountId, BotId, Clock } from '@earshot/kernel';
import type { TranscriberConfig } from './config.ts';
import type { ApiKeys } from './domain/provider-key.ts';
import { createEngines, type Engines } from './engines/engines.ts';
import { vendors, type VendorName } from './engines/vendors.ts';

type ProvidersConfig = Pick<TranscriberConfig, 'vendors' | 'secrets'>;

export interface ProvidersDeps {
  readonly clock: Clock;
  /** The keys that a bot's account has stored, with it or before. */
  readonly keysOf: (bot: BotOfAccount) => Promise<ApiKeys>;
}

/** Who is transcribed. */
export interface BotOfAccount {
  readonly accountId: AccountId;
  readonly botId: BotId;
}

/** The engines of one bot, with the keys of this moment. Throws what reading the keys throws. */
export type EnginesOf = (bot: BotOfAccount) => Promise<Engines>;

/**
 * The engines that the configuration allows, each with the bot's own key where it has one, else with the account's, else with the server's.
 * Getting one that is not there throws the reason, in words for its owner.
 */
export function createProviders(config: ProvidersConfig, { clock, keysOf }: ProvidersDeps): EnginesOf {
  const { vendors: settings, secrets } = config;
  const enginesWith = (apiKeys: ApiKeys) => createEngines({ apiKeys, settings, clock });
  const shared = enginesWith(secrets.apiKeys);
  return async (bot) => {
    const own = await keysOf(bot);
    return Object.keys(own).length === 0 ? shared : enginesWith({ ...secrets.apiKeys, ...own });
  };
}

/** The vendors that the server can ask for accounts without a key of their own. */
export function providersOfServer({ vendors: settings, secrets }: ProvidersConfig, clock: Clock): VendorName[] {
  const isThere = (vendor: (typeof vendors)[number]) =>
    vendor.connect({ apiKey: secrets.apiKeys[vendor.name], settings, clock }) !== undefined;
  return vendors.filter(isThere).map(({ name }) => name);
}
