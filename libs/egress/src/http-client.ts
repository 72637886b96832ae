import type { Socket } from 'node:net';
import { AppError } from '@earshot/kernel';
import { Agent, errors, type Dispatcher } from 'undici';
import { EgressFailure, toEgressFailure, type FailureReason } from './egress-failure.ts';

export interface EgressRequest {
  readonly url: string;
  /** POST unless told. */
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For everything: resolving, connecting, sending, and the last byte of the response. */
  readonly timeoutMs: number;
  /** What is read of the body; 16 KiB unless told. */
  readonly maxResponseBytes?: number;
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
  /** The body was longer than the excerpt; the rest was not read. */
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

const defaultResponseBytes = 16 * 1024;
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
  readonly #inFlight = new Set<AbortController>();

  constructor({ connect, connectionsPerOrigin }: HttpClientOptions) {
    this.#agent = new Agent({
      connect: ({ protocol, host }, done) => {
        connect(new URL(`${protocol}//${host}`)).then(
          (socket) => done(null, socket),
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
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(new EgressFailure('timeout', 'timed out')), request.timeoutMs);
    const onAbort = (): void => controller.abort(new AppError('cancelled', 'cancelled'));
    request.signal?.addEventListener('abort', onAbort, { once: true });
    this.#inFlight.add(controller);
    try {
      if (request.signal?.aborted) onAbort();
      controller.signal.throwIfAborted();
      const response = await this.#agent.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method ?? 'POST',
        headers: { ...request.headers },
        body: request.body,
        signal: controller.signal,
      });
      const read = await readExcerpt(response.body, request.maxResponseBytes ?? defaultResponseBytes);
      const { statusCode: status, headers } = response;
      return { kind: 'response', status, headers: flat(headers), ...read, latencyMs: since(startedAt) };
    } catch (error) {
      const { reason, message } = failureOf(controller.signal.aborted ? controller.signal.reason : error);
      return { kind: 'failed', reason, message, latencyMs: since(startedAt) };
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', onAbort);
      this.#inFlight.delete(controller);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const controller of this.#inFlight) controller.abort(new AppError('cancelled', 'egress is closed'));
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

async function readExcerpt(
  stream: Dispatcher.ResponseData['body'],
  maxBytes: number,
): Promise<Pick<EgressResponse, 'body' | 'bodyExcerpt' | 'isTruncated'>> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  let isTruncated = false;
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    const part = chunk.subarray(0, maxBytes - bytes);
    parts.push(part);
    bytes += part.length;
    isTruncated = part.length < chunk.length;
    // Leaving the loop destroys the body, and its connection with it.
    if (isTruncated) break;
  }
  const body = Buffer.concat(parts);
  // A character cut in two at the cap stays inside the decoder.
  return { body, bodyExcerpt: new TextDecoder().decode(body, { stream: isTruncated }), isTruncated };
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
}
