import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Server, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { AppError, SECOND, type Log, type ServiceIdentity } from '@earshot/kernel';
import { serveMethod } from './serve-method.ts';
import { isLoopback, serverCredentials } from './tls.ts';
import type { Callers } from './service-callers.ts';
import type { ServiceDefinition } from './service-definition.ts';
import type { Handlers } from './types.ts';

export interface RpcServerOptions extends Pick<ServiceIdentity, 'tls'> {
  /** Address to listen on, `host:port`; port 0 takes a free one. */
  readonly listen: string;
  readonly log: Log;
  /** Whether the server reflects its contract. */
  readonly reflection?: boolean;
}

/** A gRPC server with health, which anybody may ask for. */
export interface RpcServer extends AsyncDisposable {
  /** Serves a part of the contract to those who may call it; any other caller gets `permission-denied`. */
  add<D extends ServiceDefinition>(definition: D, handlers: Handlers<D>, callers: Callers<D>): void;
  /** Listens; answers the port. Health reports SERVING from here on. */
  start(): Promise<number>;
  /** Health reports NOT_SERVING; calls under way go on. */
  leave(): void;
  /** What health reports once the server has started: whether it does its work. It answers calls either way. */
  setServing(isServing: boolean): void;
}

export function createRpcServer({ listen, log, tls, reflection = false }: RpcServerOptions): RpcServer {
  const server = new Server({ 'grpc.max_receive_message_length': 16 * 1024 * 1024 });
  const health = new HealthImplementation({ '': 'NOT_SERVING' });
  health.addToServer(server);
  const closing = new AbortController();
  let [isStarted, isWorking] = [false, true];
  return {
    add(definition, handlers, callers) {
      const implementation: UntypedServiceImplementation = {};
      for (const [name, method] of Object.entries(definition)) {
        const handler = handlers[name] as (...args: never[]) => unknown;
        implementation[name] = serveMethod(handler, {
          ...{ log, method, callers: callers[name] ?? {}, isProven: tls !== undefined },
          refused: new Set<string>(),
          closing: closing.signal,
        });
      }
      server.addService(definition, implementation);
    },
    async start() {
      if (reflection) addReflection(server);
      if (!tls && !isLoopback(listen))
        log.warn(
          'gRPC listens beyond this machine without TLS: whoever reaches it may call; set RPC_TLS_CA, RPC_TLS_CERT, RPC_TLS_KEY',
          { listen },
        );
      const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync(listen, serverCredentials(tls), (error, bound) => {
          if (error) reject(new AppError('unavailable', 'cannot listen', { cause: error, fields: { listen } }));
          else resolve(bound);
        });
      });
      isStarted = true;
      health.setStatus('', isWorking ? 'SERVING' : 'NOT_SERVING');
      return port;
    },
    setServing(isServing) {
      isWorking = isServing;
      if (isStarted && !closing.signal.aborted) health.setStatus('', isWorking ? 'SERVING' : 'NOT_SERVING');
    },
    leave() {
      health.setStatus('', 'NOT_SERVING');
    },
    async [Symbol.asyncDispose]() {
      health.setStatus('', 'NOT_SERVING');
      closing.abort(new AppError('unavailable', 'the server is closing'));
      const forced = setTimeout(() => server.forceShutdown(), 2 * SECOND);
      await new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
      clearTimeout(forced);
    },
  };
}

/** Reflection wants descriptors that ts-proto does not keep: it reads the contract's own files. */
function addReflection(server: Server): void {
  const root = dirname(createRequire(import.meta.url).resolve('@earshot/contract/package.json'));
  const files = readdirSync(join(root, 'earshot'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.proto'))
    .map((file) => join('earshot', file));
  new ReflectionService(loadSync(files, { includeDirs: [root] })).addToServer(server);
}
