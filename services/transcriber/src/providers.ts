import { AppError, type AccountId, type BotId, type Clock } from '@earshot/kernel';
import type { TranscriberConfig } from './config.ts';
import { providers, type ApiKeys, type Provider } from './domain/provider-key.ts';
import { createEngines, engineMode, type Engines } from './engines/engines.ts';

type ProvidersConfig = Pick<TranscriberConfig, 'deepgram' | 'assemblyai' | 'openAiCompatible' | 'secrets'>;

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
  const { deepgramApiKey, assemblyaiApiKey, openAiCompatibleApiKey } = config.secrets;
  const ofServer: ApiKeys = {
    ...(deepgramApiKey && { deepgram: deepgramApiKey }),
    ...(assemblyaiApiKey && { assemblyai: assemblyaiApiKey }),
    ...(openAiCompatibleApiKey && { openai_compatible: openAiCompatibleApiKey }),
  };
  const shared = enginesWith(config, ofServer, clock);
  return async (bot) => {
    const own = await keysOf(bot);
    return Object.keys(own).length === 0 ? shared : enginesWith(config, { ...ofServer, ...own }, clock);
  };
}

/** The providers that the server can ask for accounts without a key of their own. */
export function providersOfServer({ openAiCompatible, secrets }: ProvidersConfig): Provider[] {
  const isThere: Readonly<Record<Provider, boolean>> = {
    deepgram: Boolean(secrets.deepgramApiKey),
    assemblyai: Boolean(secrets.assemblyaiApiKey),
    openai_compatible: openAiCompatible.url !== undefined,
  };
  return providers.filter((provider) => isThere[provider]);
}

function enginesWith(
  { deepgram, assemblyai, openAiCompatible }: ProvidersConfig,
  keys: ApiKeys,
  clock: Clock,
): Engines {
  const engines = createEngines(
    {
      ...(keys.deepgram && { deepgram: { apiKey: keys.deepgram, baseUrl: deepgram.url } }),
      ...(keys.assemblyai && {
        assemblyai: { apiKey: keys.assemblyai, baseUrl: assemblyai.url, streamingUrl: assemblyai.streamingUrl },
      }),
      ...(openAiCompatible.url !== undefined && {
        openAiCompatible: {
          baseUrl: openAiCompatible.url,
          model: openAiCompatible.model,
          ...(keys.openai_compatible && { apiKey: keys.openai_compatible }),
        },
      }),
    },
    { clock },
  );
  return {
    batch: (name) => asked(name, engines.batch),
    streaming: (name) => asked(name, engines.streaming),
  };
}

function asked<Engine>(name: string, find: (name: string) => Engine): Engine {
  if (!engineMode(name)) throw new AppError('invalid-argument', `there is no speech engine ${name}`);
  try {
    return find(name);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'failed-precondition') throw error;
    const what = name === 'openai_compatible' ? 'server' : 'API key';
    throw new AppError('failed-precondition', `no ${what} is configured for ${name}`, { cause: error });
  }
}
