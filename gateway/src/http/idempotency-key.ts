import type { FastifyRequest } from 'fastify';
import { BadRequest } from '../contract/problems.ts';

/** The longest key that is kept, as other public APIs have it: https://docs.stripe.com/api/idempotent_requests */
const LONGEST = 255;

/** The `Idempotency-Key` header; undefined where there is none. Throws `BadRequest` for one that is too long. */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') return undefined;
  if (key.length <= LONGEST) return key;
  throw new BadRequest([{ field: 'Idempotency-Key', message: `must have at most ${LONGEST} characters` }]);
}
