import type { Caller as CallerIdentity } from './access.ts';
import type { MethodDefinition, ServiceDefinition } from './service-definition.ts';

type RequestOf<M> = M extends MethodDefinition<infer Req, infer _Res> ? Req : never;
type ResponseOf<M> = M extends MethodDefinition<infer _Req, infer Res> ? Res : never;

/** What a handler may want to know of the call it serves. */
export interface CallContext {
  readonly caller: CallerIdentity;
  /** Aborts when the caller gave up, its deadline passed, or the server is closing. */
  readonly signal: AbortSignal;
  /** Milliseconds since 1970 by which the caller wants the answer; undefined when it set none. */
  readonly deadline: number | undefined;
}

export type Handler<M> = M extends { requestStream: true; responseStream: true }
  ? (requests: AsyncIterable<RequestOf<M>>, call: CallContext) => AsyncIterable<ResponseOf<M>>
  : M extends { requestStream: true }
    ? (requests: AsyncIterable<RequestOf<M>>, call: CallContext) => Promise<ResponseOf<M>>
    : M extends { responseStream: true }
      ? (request: RequestOf<M>, call: CallContext) => AsyncIterable<ResponseOf<M>>
      : (request: RequestOf<M>, call: CallContext) => Promise<ResponseOf<M>>;

export type Handlers<D extends ServiceDefinition> = { readonly [Name in keyof D]: Handler<D[Name]> };

export interface CallOptions {
  /** For whom the call is, where the request itself does not name its account. */
  readonly accountId?: string;
  /** How long the caller waits, in milliseconds. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export type Caller<M> = M extends { requestStream: true; responseStream: true }
  ? (requests: AsyncIterable<RequestOf<M>>, options?: CallOptions) => AsyncIterable<ResponseOf<M>>
  : M extends { requestStream: true }
    ? (requests: AsyncIterable<RequestOf<M>>, options?: CallOptions) => Promise<ResponseOf<M>>
    : M extends { responseStream: true }
      ? (request: RequestOf<M>, options?: CallOptions) => AsyncIterable<ResponseOf<M>>
      : (request: RequestOf<M>, options?: CallOptions) => Promise<ResponseOf<M>>;

/** A service as its callers see it: promises and async iterables, AppErrors, a deadline on every call. */
export type RpcClient<D extends ServiceDefinition> = { readonly [Name in keyof D]: Caller<D[Name]> } & AsyncDisposable;
