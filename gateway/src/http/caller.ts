import type { FastifyRequest } from 'fastify';
import { AppError } from '@earshot/kernel';
import type { Caller } from '../store/api-keys.ts';

const callers = new WeakMap<FastifyRequest, Caller>();

export function setCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}

/** The caller of a request behind authentication. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (!caller) throw new AppError('unauthenticated', 'authentication credentials were not provided');
  return caller;
}
