import { AppError } from '@earshot/kernel';

/** The providers for which an account may have its own key. */
export const providers = ['deepgram', 'assemblyai', 'openai_compatible'] as const;

export type Provider = (typeof providers)[number];

/** API keys in the clear, by provider; absent where there is none. */
export type ApiKeys = Readonly<Partial<Record<Provider, string>>>;

/** What may be shown of a key that is kept. */
export interface ProviderKey {
  readonly provider: Provider;
  readonly lastFour: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** It becomes part of a header; one that is shorter would be given away by its last four characters. */
const KEY = /^[\x21-\x7e]{16,512}$/;

/** Throws `invalid-argument`. */
export function parseProvider(name: string): Provider {
  const provider = providers.find((each) => each === name);
  if (!provider) throw new AppError('invalid-argument', `provider must be one of ${providers.join(', ')}`);
  return provider;
}

/** Throws `invalid-argument`, without the key. */
export function parseApiKey(text: string): string {
  if (KEY.test(text)) return text;
  throw new AppError('invalid-argument', 'api_key must be 16 to 512 printable characters without spaces');
}

export function lastFourOf(apiKey: string): string {
  return apiKey.slice(-4);
}
