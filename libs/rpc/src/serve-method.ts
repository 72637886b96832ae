import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type {
  ServerDuplexStream,
  ServerUnaryCall,
  ServerWritableStream,
  sendUnaryData,
  UntypedHandleCall,
} from '@grpc/grpc-js';
import { SpanKind } from '@opentelemetry/api';
import { AppError, type Log } from '@earshot/kernel';
import { requestsOf } from './requests-of.ts';
import { toStatus } from './status.ts';
import { extractTrace, inSpan } from './trace.ts';
import type { CallContext, MethodDefinition } from './types.ts';

interface Serving {
  readonly log: Log;
  /** Aborts when the server closes: streams end, so that they do not hold up the shutdown. */
  readonly closing: AbortSignal;
}

type AnyHandler = (...args: never[]) => unknown;
/** The writing half that server streams and bidirectional ones share; grpc-js types the two apart. */
type Outgoing = NodeJS.EventEmitter & { readonly cancelled: boolean; write(message: unknown): boolean; end(): void };
type Unary = ServerUnaryCall<unknown, unknown>;
type Writable = ServerWritableStream<unknown, unknown>;
type Duplex = ServerDuplexStream<unknown, unknown>;

/** Turns an async handler into what grpc-js calls: errors are translated and logged here, once. */
export function serveMethod(
  method: MethodDefinition<unknown, unknown>,
  handler: AnyHandler,
  serving: Serving,
): UntypedHandleCall {
  if (!method.requestStream && !method.responseStream) return serveUnary(method, handler as never, serving);
  if (!method.requestStream) return serveStream(method, handler as never, serving);
  if (method.responseStream) return serveBidi(method, handler as never, serving) as UntypedHandleCall;
  throw new TypeError('client streaming is not part of this contract');
}

function serveUnary(
  method: MethodDefinition<unknown, unknown>,
  handler: (request: unknown, call: CallContext) => Promise<unknown>,
  { log }: Serving,
) {
  return (call: Unary, callback: sendUnaryData<unknown>) => {
    const run = () => handler(call.request, contextOf(call));
    inSpan(method.path, SpanKind.SERVER, { parent: extractTrace(call.metadata), run }).then(
      (response) => callback(null, response),
      (error: unknown) => callback(report(error, { log, path: method.path })),
    );
  };
}

function serveStream(
  method: MethodDefinition<unknown, unknown>,
  handler: (request: unknown, call: CallContext) => AsyncIterable<unknown>,
  { log, closing }: Serving,
) {
  return (call: Writable) => {
    const context = contextOf(call, closing);
    void pump(handler(call.request, context), call, { log, path: method.path, signal: context.signal });
  };
}

function serveBidi(
  method: MethodDefinition<unknown, unknown>,
  handler: (requests: AsyncIterable<unknown>, call: CallContext) => AsyncIterable<unknown>,
  { log, closing }: Serving,
) {
  return (call: Duplex) => {
    const context = contextOf(call, closing);
    const requests = requestsOf(call as unknown as Readable);
    void pump(handler(requests, context), call, { log, path: method.path, signal: context.signal });
  };
}

async function pump(
  responses: AsyncIterable<unknown>,
  call: Writable | Duplex,
  { log, path, signal }: { log: Log; path: string; signal: AbortSignal },
): Promise<void> {
  // A caller that vanishes is told to the handler by its signal; the stream's own error event has no other reader.
  const writable = call as unknown as Outgoing;
  writable.on('error', () => {});
  try {
    for await (const response of responses) {
      if (signal.aborted) throw AppError.from(signal.reason);
      if (!writable.write(response)) await once(writable, 'drain', { signal });
    }
    writable.end();
  } catch (error) {
    if (writable.cancelled) return;
    writable.emit('error', report(error, { log, path }));
  }
}

function contextOf(call: Unary | Writable | Duplex, closing?: AbortSignal): CallContext {
  const gone = new AbortController();
  (call as NodeJS.EventEmitter).on('cancelled', () => gone.abort(new AppError('cancelled', 'the caller has gone')));
  const deadline = call.getDeadline();
  const at = deadline instanceof Date ? deadline.getTime() : deadline;
  return {
    signal: closing ? AbortSignal.any([gone.signal, closing]) : gone.signal,
    deadline: Number.isFinite(at) ? at : undefined,
  };
}

function report(caught: unknown, { log, path }: { log: Log; path: string }) {
  const error = AppError.from(caught);
  if (error.code === 'internal') log.error('rpc failed', { path, error: error.cause ?? error });
  else log.debug('rpc refused', { path, code: error.code, reason: error.message, ...error.fields });
  return toStatus(error);
}
