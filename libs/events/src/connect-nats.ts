import { readFileSync } from 'node:fs';
import { credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { AppError, SECOND, type Log } from '@earshot/kernel';
import { firstConnection } from './first-connection.ts';
import { isAtLeast, parseNatsUrl } from './nats-address.ts';

/** Older ones do not do what is needed of JetStream; it is what Debian 12 ships, and what is tested. */
const LEAST_VERSION = '2.9.10';

export interface NatsOptions {
  /** Addresses with commas, as NATS_URL has them, user and password included. */
  readonly url: string;
  /** Path of a file with a user's JWT and key, as `nsc` makes them. Read again with each connection. */
  readonly credentials?: string | undefined;
  readonly name: string;
  readonly log: Log;
}

/**
 * Connects as soon as there is a server, and again after every loss. Throws `failed-precondition` for one that refuses us
 * at first, is too old, or has no TLS where it has to, `invalid-argument` for settings that cannot be used; each in one line,
 * without a secret.
 */
export async function connectNats({ url, credentials, name, log }: NatsOptions): Promise<NatsConnection> {
  const { servers, isSecure, ...login } = parseNatsUrl(url);
  if (credentials !== undefined) readCredentials(credentials);
  const authenticator = credentials && ((nonce?: string) => credsAuthenticator(readCredentials(credentials))(nonce));
  const options = {
    ...{ servers, name, ...login, ...(isSecure ? { tls: {} } : {}), ...(authenticator ? { authenticator } : {}) },
    ...{ maxReconnectAttempts: -1, reconnectTimeWait: 200, reconnectJitter: 100 },
    // Credentials that are changed under a service that runs are refused until they are changed everywhere.
    ignoreAuthErrorAbort: true,
    ...{ pingInterval: 10 * SECOND, maxPingOut: 2 },
  };
  const connection = await firstConnection(options, log);
  const version = connection.info?.version ?? '';
  if (isAtLeast(version, LEAST_VERSION)) return connection;
  await connection.close();
  throw new AppError('failed-precondition', `NATS ${version} is too old: ${LEAST_VERSION} or later is needed`);
}

function readCredentials(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw new AppError('invalid-argument', `NATS_CREDENTIALS: ${path} cannot be read (${code})`);
  }
}
