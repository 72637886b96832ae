import { finished } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AccountId } from '@earshot/kernel';
import { callerOf } from './caller.ts';
import { TooMany } from './too-many.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How many requests a request of this route counts for; one unless told. */
    weight?: number;
  }
}

/**
 * Bounds how many requests of one account are being answered at the same time, so that the slow ones of one cannot take
 * all that answers. A request is over when its handler has ended and its answer has left or its client has gone: whoever
 * hangs up early has not freed what works for them.
 */
export function limitConcurrency(api: FastifyInstance, most: number): void {
  const taken = new Map<AccountId, number>();
  const wrapped = new WeakSet<object>();

  const enter = (account: AccountId, weight: number): (() => void) => {
    const now = taken.get(account) ?? 0;
    if (now > 0 && now + weight > most) throw new TooMany('too many requests of this account at the same time', 1);
    taken.set(account, now + weight);
    return () => {
      const left = (taken.get(account) ?? weight) - weight;
      if (left > 0) taken.set(account, left);
      else taken.delete(account);
    };
  };

  api.addHook('onRoute', (route) => {
    // A route for HEAD is made of the one for GET, which has been wrapped.
    if (wrapped.has(route.handler)) return;
    const { handler } = route;
    const weight = route.config?.weight ?? 1;
    async function bounded(this: FastifyInstance, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
      const leave = enter(callerOf(request).accountId, weight);
      try {
        return await handler.call(this, request, reply);
      } finally {
        finished(reply.raw, leave);
      }
    }
    wrapped.add(bounded);
    route.handler = bounded;
  });
}
