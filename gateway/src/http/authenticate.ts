import type { FastifyRequest } from 'fastify';
import { AppError } from '@earshot/kernel';

/** The key that a request shows. `Token <key>` is the documented form; `Bearer <key>` and the bare key are taken too. */
export function keyOf(request: FastifyRequest): string {
  const key = request.headers.authorization?.trim().replace(/^(token|bearer)\s+/i, '');
  if (!key) throw new AppError('unauthenticated', 'authentication credentials were not provided');
  return key;
}
