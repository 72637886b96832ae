import { Client, Metadata, type ServiceError } from '@grpc/grpc-js';
import { SpanKind } from '@opentelemetry/api';
import { AppError, HOUR, SECOND, type ServiceIdentity } from '@earshot/kernel';
import { accountOf, writeCaller } from './access.ts';
import { fromServiceError } from './status.ts';
import { clientCredentials, serverOf, tlsChannelOptions } from './tls.ts';
import { injectTrace, inSpan } from './trace.ts';
import type { MethodDefinition, ServiceDefinition } from './service-definition.ts';
import type { CallOptions, RpcClient } from './types.ts';

const UNARY_TIMEOUT_MS = 5 * SECOND;
/** Streams live as long as what they carry; a meeting lasts at most five hours (public contract). */
const STREAM_TIMEOUT_MS = 6 * HOUR;

const channelOptions = {
  ...tlsChannelOptions,
  // The default backoff reaches two minutes; a restarted peer should be found again at once.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5000,
  'grpc.max_receive_message_length': 16 * 1024 * 1024,
  'grpc.service_config': JSON.stringify({
    methodConfig: [
      {
        name: [{}],
        // UNAVAILABLE only: the server has not acted. Five attempts is grpc-js's cap.
        retryPolicy: {
          maxAttempts: 5,
          initialBackoff: '0.1s',
          maxBackoff: '1s',
          backoffMultiplier: 2,
          retryableStatusCodes: ['UNAVAILABLE'],
        },
      },
    ],
  }),
};

/**
 * A client of one service at one address, which calls as `identity`. Connects when first used, and again whenever the peer
 * returns.
 */
export function createRpcClient<D extends ServiceDefinition>(
  definition: D,
  address: string,
  identity: ServiceIdentity,
): RpcClient<D> {
  const client = new Client(address, clientCredentials(identity, serverOf(definition)), channelOptions);
  const methods = Object.entries(definition).map(([name, method]) => [name, caller({ client, identity }, method)]);
  return Object.assign(Object.fromEntries(methods), {
    async [Symbol.asyncDispose]() {
      client.close();
    },
  }) as RpcClient<D>;
}

/** What the calls of one client have in common. */
interface Calling {
  readonly client: Client;
  readonly identity: ServiceIdentity;
}

function caller<Req, Res>(calling: Calling, method: MethodDefinition<Req, Res>): unknown {
  if (method.requestStream && method.responseStream) {
    return (requests: AsyncIterable<Req>, options: CallOptions = {}) =>
      callBidi(calling, method, { requests, options });
  }
  if (method.responseStream) {
    return (request: Req, options: CallOptions = {}) => callServerStream(calling, method, { request, options });
  }
  if (method.requestStream) throw new TypeError('client streaming is not part of this contract');
  return (request: Req, options: CallOptions = {}) => callUnary(calling, method, { request, options });
}

function callUnary<Req, Res>(
  { client, identity }: Calling,
  method: MethodDefinition<Req, Res>,
  { request, options }: { request: Req; options: CallOptions },
): Promise<Res> {
  return inSpan(method.path, SpanKind.CLIENT, {
    run: () =>
      new Promise<Res>((resolve, reject) => {
        if (options.signal?.aborted) return reject(AppError.from(options.signal.reason));
        const { metadata, callOptions } = prepare(identity, options, { defaultTimeoutMs: UNARY_TIMEOUT_MS, request });
        const call = client.makeUnaryRequest(
          method.path,
          method.requestSerialize,
          method.responseDeserialize,
          request,
          metadata,
          callOptions,
          (error, response) => {
            options.signal?.removeEventListener('abort', cancel);
            if (error) reject(fromServiceError(error));
            else resolve(response as Res);
          },
        );
        const cancel = () => call.cancel();
        options.signal?.addEventListener('abort', cancel, { once: true });
      }),
  });
}

async function* callServerStream<Req, Res>(
  { client, identity }: Calling,
  method: MethodDefinition<Req, Res>,
  { request, options }: { request: Req; options: CallOptions },
): AsyncGenerator<Res> {
  const { metadata, callOptions } = prepare(identity, options, { defaultTimeoutMs: STREAM_TIMEOUT_MS, request });
  const call = client.makeServerStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    request,
    metadata,
    callOptions,
  );
  yield* received<Res>(call, options.signal);
}

async function* callBidi<Req, Res>(
  { client, identity }: Calling,
  method: MethodDefinition<Req, Res>,
  { requests, options }: { requests: AsyncIterable<Req>; options: CallOptions },
): AsyncGenerator<Res> {
  const { metadata, callOptions } = prepare(identity, options, { defaultTimeoutMs: STREAM_TIMEOUT_MS });
  const call = client.makeBidiStreamRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    metadata,
    callOptions,
  );
  const sending = (async () => {
    for await (const request of requests) {
      if (call.destroyed) return;
      if (!call.write(request)) await drained(call);
    }
    call.end();
  })().catch((error: unknown) => call.destroy(error as Error));
  yield* received<Res>(call, options.signal);
  void sending;
}

interface Receiving extends AsyncIterable<unknown> {
  cancel(): void;
  on(event: 'error', listener: (error: ServiceError) => void): unknown;
}

async function* received<Res>(call: Receiving, signal: AbortSignal | undefined): AsyncGenerator<Res> {
  const cancel = () => call.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  // Without a listener an error that arrives after the reader has gone would end the process.
  call.on('error', () => {});
  try {
    if (signal?.aborted) throw AppError.from(signal.reason);
    for await (const response of call) yield response as Res;
  } catch (error) {
    throw typeof (error as ServiceError).code === 'number'
      ? fromServiceError(error as ServiceError)
      : AppError.from(error);
  } finally {
    signal?.removeEventListener('abort', cancel);
    call.cancel();
  }
}

function drained(call: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of ['drain', 'close', 'error', 'end']) call.off(event, done);
      resolve();
    };
    for (const event of ['drain', 'close', 'error', 'end']) call.on(event, done);
  });
}

function prepare(
  identity: ServiceIdentity,
  options: CallOptions,
  { defaultTimeoutMs, request }: { defaultTimeoutMs: number; request?: unknown },
) {
  const metadata = new Metadata();
  writeCaller(metadata, identity, options.accountId ?? accountOf(request));
  injectTrace(metadata);
  return { metadata, callOptions: { deadline: Date.now() + (options.timeoutMs ?? defaultTimeoutMs) } };
}
