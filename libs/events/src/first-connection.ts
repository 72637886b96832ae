import { setTimeout as delay } from 'node:timers/promises';
import { AuthorizationError, connect, type ConnectionOptions, type NatsConnection } from '@nats-io/transport-node';
import { AppError, MINUTE, SECOND, type Log } from '@earshot/kernel';

const RETRY_MS = 500;
/** Processes that start together find each other within this; a longer wait is logged, and then each minute. */
const [QUIET_MS, WARN_EVERY_MS] = [5 * SECOND, MINUTE];

/**
 * Connects to NATS as soon as it is there, however long that takes, and logs the address it waits for. Throws `failed-precondition`
 * when it is there and refuses us. Not a `reconnect` of the kernel: it ends with the first success, or a refusal, which is thrown;
 * what is lost after that NATS's own client dials again.
 */
export async function firstConnection(
  options: ConnectionOptions & { readonly servers: readonly string[] },
  log: Log,
): Promise<NatsConnection> {
  const startedAt = performance.now();
  let warnedAt = startedAt + QUIET_MS - WARN_EVERY_MS;
  for (;;) {
    try {
      return await connect({ ...options, servers: [...options.servers] });
    } catch (error) {
      const servers = options.servers.map(withoutUser);
      if (error instanceof AuthorizationError) {
        throw new AppError('failed-precondition', `NATS at ${servers.join()} refuses our user or credentials`, {
          cause: error,
        });
      }
      if (error instanceof Error && error.message.includes("does not support 'tls'"))
        throw new AppError('failed-precondition', `NATS at ${servers.join()} has no TLS, and NATS_URL says tls://`);
      const now = performance.now();
      if (now - warnedAt >= WARN_EVERY_MS) {
        log.warn('NATS does not answer yet', { servers, waitedMs: Math.round(now - startedAt), error });
        warnedAt = now;
      }
      await delay(RETRY_MS);
    }
  }
}

/** An address as a log may have it. */
function withoutUser(server: string): string {
  return server.replace(/^([a-z]+:\/\/)?.*@/i, '$1');
}
