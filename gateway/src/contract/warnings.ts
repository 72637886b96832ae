import type { ListProviderKeysResponse } from '@earshot/contract/transcriber/v1/provider_keys.ts';
import { botKeyOf } from './bot-key.ts';
import type { CreateBotBody } from './create-bot.ts';
import { vendorOf, type ProviderName } from './providers.ts';

/** What is taken and will not be delivered, one sentence each with the field's name: of an order that is right otherwise. */
export function warningsOf(body: CreateBotBody, engine: ProviderName | undefined): string[] {
  const asked = body.recording_config.transcript?.provider;
  const isUnheard = asked?.engine === 'meetstream' && asked.options['language'] === 'auto' && engine === 'assemblyai';
  const undelivered: readonly (readonly [boolean, string])[] = [
    [
      botKeyOf(body) !== undefined && !(engine && vendorOf(engine) === 'deepgram'),
      'live_transcription_required.deepgram_api_key: deepgram is not asked, unless it takes over from another provider',
    ],
    [isUnheard, 'recording_config.transcript.provider.meetstream.language: assemblyai is asked for English (en_us)'],
  ];
  return undelivered.flatMap(([isAsked, warning]) => (isAsked ? [warning] : []));
}

/** That nobody has what it takes to ask a provider. A key of one's own does not help where the server has no address to ask. */
export function keyWarnings(
  engine: ProviderName,
  {
    keys,
    serverProviders,
    botKey,
  }: Pick<ListProviderKeysResponse, 'keys' | 'serverProviders'> & { botKey?: string | undefined },
): string[] {
  const provider = vendorOf(engine);
  if (provider === undefined || serverProviders.includes(provider)) return [];
  const field = 'recording_config.transcript.provider';
  if (provider === 'openai_compatible') return [`${field}: this server has no address of ${provider} to ask`];
  if (keys.some((key) => key.provider === provider) || (botKey !== undefined && provider === 'deepgram')) return [];
  return [
    `${field}: there is no key for ${provider}, yours or the server's; PUT /api/v1/provider_keys/${provider} stores yours`,
  ];
}
