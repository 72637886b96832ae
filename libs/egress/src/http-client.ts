import type { Socket } from 'node:net';
import { AppError } from '@earshot/kernel';
import { Agent, errors } from 'undici';
import { EgressFailure, toEgressFailure, type FailureReason } from './egress-failure.ts';
import { Exchange } from './exchange.ts';
import { passOverContinue } from './unasked-continue.ts';

export interface EgressRequest {
  readonly url: string;
  /** POST by default. */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For everything: resolving, connecting, sending, and the last byte of the response. */
  readonly timeoutMs: number;
  /** What is read of the body; 16 KiB by default. */
  readonly maxResponseBytes?: number;
  /**
   * The head of the answer is what counts: its body is waited for no longer than this, in milliseconds, and may break off.
   * Absent: an answer whose body does not end is none.
   */
  readonly bodyTimeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Any answer is a response, also a redirect (never followed) and a 500. */
export interface EgressResponse {
  readonly kind: 'response';
  readonly status: number;
  /** Lower-case names; several of one name are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of the body. */
  readonly body: Uint8Array;
  /** The same as UTF-8, whatever it is. */
  readonly bodyExcerpt: string;
  /** The body was longer than the excerpt, or came too late or broke off; the rest was not read. */
  readonly isTruncated: boolean;
  readonly latencyMs: number;
}

export interface EgressNoResponse {
  readonly kind: 'failed';
  readonly reason: FailureReason;
  /** Fit for the customer. */
  readonly message: string;
  readonly latencyMs: number;
}

export type EgressResult = EgressResponse | EgressNoResponse;

const maxHeaderBytes = 16 * 1024;

/** How connections are made: resolved and checked when opened, and reused only for the same origin. */
export type Connect = (origin: URL) => Promise<Socket>;

export interface HttpClientOptions {
  readonly connect: Connect;
  readonly connectionsPerOrigin: number;
}

/** Pooled keep-alive connections that `connect` opens; a pool belongs to one origin. */
export class HttpClient implements AsyncDisposable {
  readonly #agent: Agent;
  /** Undici forgets a pool that lost its last connection, with the requests that wait for its next one. */
  readonly #inFlight = new Set<Exchange>();

  constructor({ connect, connectionsPerOrigin }: HttpClientOptions) {
    this.#agent = new Agent({
      connect: ({ protocol, host }, done) => {
        connect(new URL(`${protocol}//${host}`)).then(
          (socket) => done(null, passOverContinue(socket)),
          (error: unknown) => done(toEgressFailure(error), null),
        );
      },
      connections: connectionsPerOrigin,
      pipelining: 1,
      // One timer over the whole exchange does what these two would do in parts.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: maxHeaderBytes,
    });
  }

  /** Sends one request. Throws only `cancelled`, when the caller's signal aborts, and `invalid-argument`. */
  async send(url: URL, request: EgressRequest): Promise<EgressResult> {
    const startedAt = performance.now();
    const exchange = new Exchange(request);
    const timer = setTimeout(() => exchange.expire(new EgressFailure('timeout', 'timed out')), request.timeoutMs);
    const onAbort = (): void => exchange.abort(new AppError('cancelled', 'cancelled'));
    request.signal?.addEventListener('abort', onAbort, { once: true });
    this.#inFlight.add(exchange);
    try {
      if (request.signal?.aborted) onAbort();
      else
        this.#agent.dispatch(
          {
            origin: url.origin,
            path: url.pathname + url.search,
            method: request.method ?? 'POST',
            headers: { ...request.headers },
            body: request.body,
          },
          exchange,
        );
      const { status, headers, body, isTruncated } = await exchange.outcome;
      // A character cut in two at the cap stays inside the decoder.
      const bodyExcerpt = new TextDecoder().decode(body, { stream: isTruncated });
      return { kind: 'response', status, headers, body, bodyExcerpt, isTruncated, latencyMs: since(startedAt) };
    } catch (error) {
      const { reason, message } = failureOf(error);
      return { kind: 'failed', reason, message, latencyMs: since(startedAt) };
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', onAbort);
      this.#inFlight.delete(exchange);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const exchange of this.#inFlight) exchange.abort(new AppError('cancelled', 'egress is closed'));
    await this.#agent.destroy();
  }
}

function since(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}

/** Throws what is the caller's doing, and gives what is the far side's. */
function failureOf(cause: unknown): EgressFailure {
  if (cause instanceof AppError && !(cause instanceof EgressFailure)) throw cause;
  if (cause instanceof errors.InvalidArgumentError) {
    throw new AppError('invalid-argument', 'request cannot be sent', { cause });
  }
  if (cause instanceof errors.ClientDestroyedError) throw new AppError('cancelled', 'egress is closed', { cause });
  return toEgressFailure(cause);
}
