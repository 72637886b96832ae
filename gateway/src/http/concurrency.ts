import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '@earshot/kernel';
import { callerOf } from './caller.ts';
import { Turns } from './turns.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How many requests a request of this route counts for; one by default. */
    weight?: number;
  }
}

/**
 * Bounds how many requests of one account are being answered at the same time, so that the slow ones of one cannot take
 * all that answers. A request is over when its handler has ended and its answer has left or its client has gone: whoever
 * hangs up early has not freed what works for them.
 */
export function limitConcurrency(api: FastifyInstance, most: number): void {
  const turns = new Turns(most);
  const wrapped = new WeakSet<object>();

  api.addHook('onRoute', (route) => {
    // A route for HEAD is made of the one for GET, which has been wrapped.
    if (wrapped.has(route.handler)) return;
    const { handler } = route;
    const weight = route.config?.weight ?? 1;
    async function bounded(this: FastifyInstance, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
      const gone = new AbortController();
      reply.raw.on('close', () => gone.abort(new AppError('cancelled', 'the client has gone')));
      const end = await turns.take(callerOf(request).accountId, { weight, signal: gone.signal });
      try {
        return await handler.call(this, request, reply);
      } finally {
        whenOver(reply.raw, end);
      }
    }
    wrapped.add(bounded);
    route.handler = bounded;
  });
}

/** Once an answer has left, or nobody is there to take it. */
function whenOver(response: ServerResponse, over: () => void): void {
  if (response.writableFinished || response.destroyed) return over();
  const once = () => {
    response.off('finish', once).off('close', once);
    over();
  };
  response.on('finish', once).on('close', once);
}
