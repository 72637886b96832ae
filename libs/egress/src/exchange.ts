import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** What came back, as far as it was wanted. */
export interface Exchanged {
  readonly status: number;
  /** Lower-case names; several of one name are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The body was longer, or came too late or broke off; the rest was not read, and the connection is closed. */
  readonly isTruncated: boolean;
}

const DEFAULT_BYTES = 16 * 1024;
/** From here on a status is that of an answer; those below announce it. */
const FIRST_FINAL_STATUS = 200;

export interface ExchangeOptions {
  /** What is read of the body; 16 KiB by default. */
  readonly maxResponseBytes?: number | undefined;
  /** How long the body is waited for after the head, which is then what counts; absent: the whole answer counts. */
  readonly bodyTimeoutMs?: number | undefined;
}

/**
 * One request and its response, got from undici as it comes. `Agent.request` does the same by way of a stream and an
 * AbortController for each, which a small response does not need.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #outcome = Promise.withResolvers<Exchanged>();
  readonly #maxBytes: number;
  readonly #bodyTimeoutMs: number | undefined;
  #bodyTimer: NodeJS.Timeout | undefined;
  readonly #parts: Buffer[] = [];
  #bytes = 0;
  #status = 0;
  #headers: Record<string, string> = {};
  #controller: Dispatcher.DispatchController | undefined;
  /** Set once it was given up, maybe before it had a connection. */
  #reason: Error | undefined;

  constructor({ maxResponseBytes = DEFAULT_BYTES, bodyTimeoutMs }: ExchangeOptions) {
    this.#maxBytes = maxResponseBytes;
    this.#bodyTimeoutMs = bodyTimeoutMs;
  }

  /** Rejects with the reason it was given up for, or with what befell the connection. */
  get outcome(): Promise<Exchanged> {
    return this.#outcome.promise;
  }

  /** Gives it up, in whatever state it is; what is over stays as it is. */
  abort(reason: Error): void {
    if (this.#reason) return;
    this.#reason = reason;
    this.#outcome.reject(reason);
    this.#controller?.abort(reason);
  }

  /** The time for all of it is over: an answer whose head is there stands where that is what counts. */
  expire(reason: Error): void {
    if (this.#hasDecisiveHead) this.#end({ isTruncated: true });
    this.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#reason) controller.abort(this.#reason);
  }

  /** Also called for informational answers (1xx), before the real one. */
  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.#status = status;
    this.#headers = flat(headers);
    if (this.#hasDecisiveHead)
      this.#bodyTimer = setTimeout(() => this.expire(new Error('the body came too late')), this.#bodyTimeoutMs);
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    const part = chunk.subarray(0, this.#maxBytes - this.#bytes);
    this.#parts.push(part);
    this.#bytes += part.length;
    if (part.length === chunk.length) return;
    this.#end({ isTruncated: true });
    this.abort(new Error('the response was long enough'));
  }

  onResponseEnd(): void {
    this.#end({ isTruncated: false });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#bodyTimer);
    if (this.#hasDecisiveHead) this.#end({ isTruncated: true });
    this.#outcome.reject(error);
  }

  get #hasDecisiveHead(): boolean {
    return this.#bodyTimeoutMs !== undefined && this.#status >= FIRST_FINAL_STATUS;
  }

  #end({ isTruncated }: { isTruncated: boolean }): void {
    clearTimeout(this.#bodyTimer);
    const body = Buffer.concat(this.#parts);
    this.#outcome.resolve({ status: this.#status, headers: this.#headers, body, isTruncated });
  }
}

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
}
