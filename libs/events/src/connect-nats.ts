import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import {
  AuthorizationError,
  connect,
  credsAuthenticator,
  type ConnectionOptions,
  type NatsConnection,
} from '@nats-io/transport-node';
import { AppError, MINUTE, SECOND, type Log } from '@earshot/kernel';
import { isAtLeast, parseNatsUrl } from './nats-address.ts';

/** Older ones do not do what is needed of JetStream; it is what Debian 12 ships, and what is tested. */
const LEAST_VERSION = '2.9.10';
const RETRY_MS = 200;

export interface NatsOptions {
  /** Addresses with commas, as NATS_URL has them, user and password included. */
  readonly url: string;
  /** Path of a file with a user's JWT and key, as `nsc` makes them. Read again with each connection. */
  readonly credentials?: string | undefined;
  readonly name: string;
  readonly log: Log;
}

/**
 * Connects as soon as there is a server, and again after every loss. Throws `unauthenticated` when the server refuses the
 * credentials at first, `failed-precondition` for one that is too old or has no TLS where it has to, `invalid-argument` for
 * settings that cannot be used; each in one line, without a secret.
 */
export async function connectNats({ url, credentials, name, log }: NatsOptions): Promise<NatsConnection> {
  const { servers, isSecure, ...login } = parseNatsUrl(url);
  if (credentials !== undefined) readCredentials(credentials);
  const connection = await connectPatiently(log, {
    servers: [...servers],
    ...login,
    ...(isSecure ? { tls: {} } : {}),
    ...(credentials === undefined
      ? {}
      : { authenticator: (nonce?: string) => credsAuthenticator(readCredentials(credentials))(nonce) }),
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RETRY_MS,
    reconnectJitter: 100,
    // Credentials that are changed under a service that runs are refused until they are changed everywhere.
    ignoreAuthErrorAbort: true,
    pingInterval: 10 * SECOND,
    maxPingOut: 2,
  });
  const version = connection.info?.version ?? '';
  if (isAtLeast(version, LEAST_VERSION)) return connection;
  await connection.close();
  throw new AppError('failed-precondition', `NATS ${version} is too old: ${LEAST_VERSION} or later is needed`);
}

/** A server that is not there yet is waited for, and said once a minute; one that refuses us is not. */
async function connectPatiently(log: Log, options: ConnectionOptions): Promise<NatsConnection> {
  let saidAt = -Infinity;
  for (;;) {
    try {
      return await connect(options);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) throw refusal;
      if (performance.now() - saidAt >= MINUTE) {
        saidAt = performance.now();
        log.warn('NATS cannot be reached yet', { servers: options.servers, reason: (error as Error).message });
      }
      await delay(RETRY_MS);
    }
  }
}

function refusalOf(error: unknown): AppError | undefined {
  if (error instanceof AuthorizationError)
    return new AppError('unauthenticated', 'NATS refuses the credentials of NATS_URL or NATS_CREDENTIALS');
  if (error instanceof Error && error.message.includes("does not support 'tls'"))
    return new AppError('failed-precondition', 'NATS_URL says tls://, and the server has no TLS');
  return undefined;
}

function readCredentials(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new AppError('invalid-argument', `NATS_CREDENTIALS: ${path} cannot be read (${code})`);
  }
}
