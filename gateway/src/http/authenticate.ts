import type { FastifyRequest } from 'fastify';
import { AppError } from '@earshot/kernel';
import type { ApiKeys, Caller } from '../store/api-keys.ts';

/** Who is asking. `Token <key>` is the documented form; `Bearer <key>` and the bare key are taken too. */
export async function authenticate(apiKeys: ApiKeys, request: FastifyRequest): Promise<Caller> {
  const header = request.headers.authorization?.trim();
  if (!header) throw new AppError('unauthenticated', 'authentication credentials were not provided');
  const key = header.replace(/^(token|bearer)\s+/i, '');
  const caller = await apiKeys.find(key);
  if (!caller) throw new AppError('permission-denied', 'invalid token');
  return caller;
}
