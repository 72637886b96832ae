import { AppError, type Clock } from '@earshot/kernel';
import type { TranscriberConfig } from './config.ts';
import { createEngines, engineMode, type Engines } from './engines/engines.ts';

/** The engines that the configuration allows; asking for another says why there is none, in words for its owner. */
export function createProviders(
  {
    deepgram,
    assemblyai,
    openAiCompatible,
    secrets,
  }: Pick<TranscriberConfig, 'deepgram' | 'assemblyai' | 'openAiCompatible' | 'secrets'>,
  clock: Clock,
): Engines {
  const { deepgramApiKey, assemblyaiApiKey, openAiCompatibleApiKey } = secrets;
  const engines = createEngines(
    {
      ...(deepgramApiKey && { deepgram: { apiKey: deepgramApiKey, baseUrl: deepgram.url } }),
      ...(assemblyaiApiKey && {
        assemblyai: { apiKey: assemblyaiApiKey, baseUrl: assemblyai.url, streamingUrl: assemblyai.streamingUrl },
      }),
      ...(openAiCompatible.url !== undefined && {
        openAiCompatible: {
          baseUrl: openAiCompatible.url,
          model: openAiCompatible.model,
          ...(openAiCompatibleApiKey && { apiKey: openAiCompatibleApiKey }),
        },
      }),
    },
    { clock },
  );
  const asked = <Engine>(name: string, find: (name: string) => Engine): Engine => {
    if (!engineMode(name)) throw new AppError('invalid-argument', `there is no speech engine ${name}`);
    try {
      return find(name);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'failed-precondition') throw error;
      const what = name === 'openai_compatible' ? 'server' : 'API key';
      throw new AppError('failed-precondition', `no ${what} is configured for ${name}`, { cause: error });
    }
  };
  return {
    batch: (name) => asked(name, engines.batch),
    streaming: (name) => asked(name, engines.streaming),
  };
}
