import { AppError } from '@earshot/kernel';

/** A speech vendor, by its name in the public API. */
export type Provider = string;

/** API keys in the clear, by provider; absent where there is none. */
export type ApiKeys = Readonly<Record<Provider, string | undefined>>;

/** What may be shown of a key that is kept. */
export interface ProviderKey {
  readonly provider: Provider;
  readonly lastFour: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** It becomes part of a header; one that is shorter would be given away by its last four characters. */
const KEY = /^[\x21-\x7e]{16,512}$/;

/** One of `providers`, for which an account may have its own key. Throws `invalid-argument`. */
export function parseProvider(name: string, providers: readonly Provider[]): Provider {
  if (providers.includes(name)) return name;
  throw new AppError('invalid-argument', `provider must be one of ${providers.join(', ')}`);
}

/** Throws `invalid-argument`, without the key. */
export function parseApiKey(text: string): string {
  if (KEY.test(text)) return text;
  throw new AppError('invalid-argument', 'api_key must be 16 to 512 printable characters without spaces');
}

export function lastFourOf(apiKey: string): string {
  return apiKey.slice(-4);
}
