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
import { admit, type AccessRule, type Caller } from './access.ts';
import { requestsOf } from './requests-of.ts';
import { toStatus } from './status.ts';
import { extractTrace, inSpan } from './trace.ts';
import type { MethodDefinition } from './service-definition.ts';
import type { CallContext } from './types.ts';

interface Serving extends AccessRule {
  readonly method: MethodDefinition<unknown, unknown>;
  readonly log: Log;
  /** Why callers were refused so far. */
  readonly refused: Set<string>;
  /** Aborts when the server closes: streams end, so that they do not hold up the shutdown. */
  readonly closing: AbortSignal;
}

type AnyHandler = (...args: never[]) => unknown;
/** The writing half that server streams and bidirectional ones share; grpc-js types the two apart. */
type Outgoing = NodeJS.EventEmitter & { readonly cancelled: boolean; write(message: unknown): boolean; end(): void };
type Unary = ServerUnaryCall<unknown, unknown>;
type Writable = ServerWritableStream<unknown, unknown>;
type Duplex = ServerDuplexStream<unknown, unknown>;

/** Turns an async handler into what grpc-js calls: who may not call is refused, errors are translated and logged, here, once. */
export function serveMethod(handler: AnyHandler, serving: Serving): UntypedHandleCall {
  const { method } = serving;
  if (!method.requestStream && !method.responseStream) return serveUnary(handler as never, serving);
  if (!method.requestStream) return serveStream(handler as never, serving);
  if (method.responseStream) return serveBidi(handler as never, serving) as UntypedHandleCall;
  throw new TypeError('client streaming is not part of this contract');
}

function serveUnary(handler: (request: unknown, call: CallContext) => Promise<unknown>, serving: Serving) {
  const { log, method } = serving;
  return (call: Unary, callback: sendUnaryData<unknown>) => {
    const run = async () => handler(call.request, contextOf(call, serving));
    inSpan(method.path, SpanKind.SERVER, { parent: extractTrace(call.metadata), run }).then(
      (response) => callback(null, response),
      (error: unknown) => callback(report(error, { log, path: method.path })),
    );
  };
}

function serveStream(handler: (request: unknown, call: CallContext) => AsyncIterable<unknown>, serving: Serving) {
  return (call: Writable) => void pump(call, serving, (context) => handler(call.request, context));
}

function serveBidi(
  handler: (requests: AsyncIterable<unknown>, call: CallContext) => AsyncIterable<unknown>,
  serving: Serving,
) {
  return (call: Duplex) =>
    void pump(call, serving, (context) => handler(requestsOf(call as unknown as Readable), context));
}

async function pump(
  call: Writable | Duplex,
  serving: Serving,
  handle: (context: CallContext) => AsyncIterable<unknown>,
): Promise<void> {
  // A caller that vanishes aborts the handler's signal; the stream's own error event has no other reader.
  const writable = call as unknown as Outgoing;
  writable.on('error', () => {});
  try {
    const context = contextOf(call, serving, { endsOnClosing: true });
    const { signal } = context;
    for await (const response of handle(context)) {
      if (signal.aborted) throw AppError.from(signal.reason);
      if (!writable.write(response)) await once(writable, 'drain', { signal });
    }
    writable.end();
  } catch (error) {
    if (writable.cancelled) return;
    writable.emit('error', report(error, { log: serving.log, path: serving.method.path }));
  }
}

/** Throws when the caller may not call this. */
function contextOf(
  call: Unary | Writable | Duplex,
  serving: Serving,
  { endsOnClosing = false }: { endsOnClosing?: boolean } = {},
): CallContext {
  const caller = callerOf(call, serving);
  const gone = new AbortController();
  (call as NodeJS.EventEmitter).on('cancelled', () => gone.abort(new AppError('cancelled', 'the caller has gone')));
  const deadline = call.getDeadline();
  const at = deadline instanceof Date ? deadline.getTime() : deadline;
  return {
    caller,
    signal: endsOnClosing ? AbortSignal.any([gone.signal, serving.closing]) : gone.signal,
    deadline: Number.isFinite(at) ? at : undefined,
  };
}

/** A caller that may not is refused each time, and logged once for each reason. */
function callerOf(call: Unary | Writable | Duplex, serving: Serving): Caller {
  try {
    return admit(serving, {
      metadata: call.metadata,
      certificate: serving.isProven ? call.getAuthContext()?.sslPeerCertificate : undefined,
      request: 'request' in call ? call.request : undefined,
    });
  } catch (caught) {
    const error = AppError.from(caught);
    if (!serving.refused.has(error.message)) serving.log.warn('caller refused', { reason: error.message });
    serving.refused.add(error.message);
    throw error;
  }
}

function report(caught: unknown, { log, path }: { log: Log; path: string }) {
  const error = AppError.from(caught);
  if (error.code === 'internal') log.error('rpc failed', { path, error: error.cause ?? error });
  else log.debug('rpc refused', { path, code: error.code, reason: error.message, ...error.fields });
  return toStatus(error);
}
