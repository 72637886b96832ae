import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, MINUTE, SECOND } from '@earshot/kernel';
import type { ApiKeys, Caller } from '../store/api-keys.ts';
import { keyOf } from './authenticate.ts';
import type { HttpLimits } from './limits.ts';
import { TooMany } from './too-many.ts';

/** Bursts of an account are evened out over this long. */
const WINDOW_MS = 10 * SECOND;
/** Keys that were right, remembered as hashes: they pass where others of the same address are refused unseen. */
const REMEMBERED_KEYS = 10_000;

export type Admission = ReturnType<typeof createAdmission>;

/** Who may come in, and how often: everything that is asked before a body is read. */
export function createAdmission(
  server: FastifyInstance,
  { apiKeys, limits }: { apiKeys: Pick<ApiKeys, 'find'>; limits: HttpLimits },
) {
  const accounts = new WeakMap<FastifyRequest, string>();
  const failures = server.createRateLimit({ max: limits.failedKeysPerMinute, timeWindow: MINUTE });
  const requests = server.createRateLimit({
    max: limits.requestsPerSecond * (WINDOW_MS / SECOND),
    timeWindow: WINDOW_MS,
    keyGenerator: (request) => accounts.get(request) ?? '',
  });
  const right = new Set<string>();

  const refuseGuesser = async (request: FastifyRequest) => {
    const failed = await failures(request, { increment: false });
    if (failed.isAllowed || failed.remaining > 0) return;
    throw new TooMany('too many wrong keys from this address', failed.ttlInSeconds);
  };

  return {
    /** The caller of a request. Throws `unauthenticated`, `permission-denied` and `TooMany`. */
    async admit(request: FastifyRequest, reply: FastifyReply): Promise<Caller> {
      const key = keyOf(request);
      const hash = createHash('sha256').update(key).digest('base64');
      if (!right.has(hash)) await refuseGuesser(request);
      const caller = await apiKeys.find(key);
      if (!caller) {
        right.delete(hash);
        await failures(request);
        throw new AppError('permission-denied', 'invalid token');
      }
      if (right.size >= REMEMBERED_KEYS) right.clear();
      right.add(hash);

      accounts.set(request, caller.accountId);
      const used = await requests(request);
      if (used.isAllowed) return caller;
      void reply.headers({
        'x-ratelimit-limit': used.max,
        'x-ratelimit-remaining': used.remaining,
        'x-ratelimit-reset': used.ttlInSeconds,
      });
      if (used.isExceeded) throw new TooMany('too many requests of this account', used.ttlInSeconds);
      return caller;
    },

    /** Throws `TooMany` where an address has shown too much that was wrong; what is shown here is no key. */
    refuseGuesser,

    /** Notes that a request's address has shown something that was wrong. */
    async noteFailure(request: FastifyRequest): Promise<void> {
      await failures(request);
    },
  };
}
