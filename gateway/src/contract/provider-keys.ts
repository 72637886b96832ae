import type { ProviderKey } from '@earshot/contract/transcriber/v1/provider_keys.ts';
import { z } from 'zod';
import { BadRequest, toProblems } from './problems.ts';
import { check, emptyBody, readBy } from './read.ts';

/** A provider has one key, whatever of its engines is ordered. */
const path = z.strictObject({ provider: z.enum(['deepgram', 'assemblyai', 'openai_compatible']) });

/** A key of a speech provider. */
export const providerApiKey = z
  .string()
  .regex(/^[\x21-\x7e]{16,512}$/, 'must be 16 to 512 printable characters without spaces');

const body = z.strictObject({ api_key: providerApiKey });

/** Throws `BadRequest` with everything that is wrong with the path and the body; the key is not repeated. */
export function readProviderKey(params: unknown, given: unknown) {
  const [named, sent] = [check(path, params), check(body, given ?? {})];
  if (named.success && sent.success) return { provider: named.data.provider, apiKey: sent.data.api_key };
  if (given === undefined && named.success) throw emptyBody([{ field: 'api_key', message: 'is required' }]);
  throw new BadRequest([named, sent].flatMap(({ error }) => (error ? toProblems(error) : [])));
}

/** Throws `BadRequest`. */
export function readProvider(params: unknown): string {
  return readBy(path, params).provider;
}

export function toProviderKey({ provider, lastFour, createdAt }: ProviderKey) {
  return { provider, last_four: lastFour, created_at: createdAt?.toISOString() ?? null };
}
