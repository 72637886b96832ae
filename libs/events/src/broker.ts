import { jetstream, JetStreamApiError, jetstreamManager, StorageType, type JetStreamClient } from '@nats-io/jetstream';
import { headers, InvalidArgumentError, nanos, type NatsConnection } from '@nats-io/transport-node';
import { AppError, DAY, SECOND } from '@earshot/kernel';
import { connectNats, type NatsOptions } from './connect-nats.ts';
import type { Fact, Position } from './fact.ts';
import { forgetSubjects } from './forget.ts';

/**
 * One stream holds every fact of the system, so that facts have one order: a cause always stands before its effect,
 * whichever service publishes it.
 */
export const FACTS = 'FACTS';
const domains = ['bots', 'media', 'transcripts', 'compositions', 'erasures'];
const subjects = domains.map((domain) => `${domain}.*.*`);
/** Any other is either stored by no stream or refused by the client. */
const factSubject = new RegExp(`^(${domains.join('|')})\\.[^.*>\\s]+\\.[^.*>\\s]+$`);
/** The headers of a fact are part of the payload that the broker limits; ours are an id and a trace. */
const HEADER_BYTES = 1024;
/** https://github.com/nats-io/nats-server/blob/main/server/errors.json: the message is larger than the stream takes. */
const TOO_LARGE = 10054;

/** Facts older than this are deleted by the broker; the services' own tables are the truth. */
const MAX_AGE_MS = 14 * DAY;

/** The connection to NATS. It connects in the background and again after every loss. */
export interface Broker extends AsyncDisposable {
  /**
   * Resolves when the broker has stored the fact; a fact with an id it knows is not stored again. `invalid-argument`: it will
   * never take this one, for its size or its subject; `unavailable`: it is away.
   */
  publish(fact: Fact): Promise<void>;
  /**
   * Removes the messages of these subjects, which have no wildcards, from the stream, for people whose words must not outlive
   * their erasure. Answers whether nothing is left; what it had no time for waits for the next call. Throws `unavailable`.
   */
  forget(subjects: readonly string[], options?: { readonly isTimeUp?: () => boolean }): Promise<boolean>;
  /** Publishes a message whose loss costs nothing. Never throws. */
  publishEphemeral(subject: string, payload: Uint8Array): void;
  /** Receives ephemeral messages until the answer is called; replicas of one name share them, each message goes to one. */
  subscribeEphemeral(subject: string, listener: (subject: string, payload: Uint8Array) => void): () => void;
  /** The connection, for consumers of the stream. */
  readonly connection: NatsConnection;
  readonly jetstream: JetStreamClient;
  /** Calls the listener after each reconnection; answers how to stop that. */
  onReconnect(listener: () => void): () => void;
  /** Creates the stream where it is missing, adds the subjects that one of an earlier version lacks; answers which life of the stream this is, and how far it has counted. */
  ensureStream(): Promise<Position>;
}

function traceHeaders({ traceparent }: Fact) {
  if (!traceparent) return {};
  const traced = headers();
  traced.set('traceparent', traceparent);
  return { headers: traced };
}

/** Whether the broker will not take this message, however often it is asked. */
function isRefusal(error: unknown): boolean {
  return error instanceof InvalidArgumentError || (error instanceof JetStreamApiError && error.code === TOO_LARGE);
}

/** Connects as `connectNats` does, and throws what it throws. */
export async function connectBroker(options: NatsOptions): Promise<Broker> {
  const { name, log } = options;
  const connection = await connectNats(options);
  const reconnectListeners = new Set<() => void>();
  void (async () => {
    for await (const status of connection.status()) {
      if (status.type === 'reconnect') for (const listener of reconnectListeners) listener();
      if (status.type === 'error') log.warn('broker refuses', { reason: status.error.message });
      if (status.type === 'disconnect' || status.type === 'reconnect') log.info('broker', { status: status.type });
    }
  })();
  const client = jetstream(connection, { timeout: 5 * SECOND });

  const ensureStream = async () => {
    const manager = await jetstreamManager(connection, { timeout: 5 * SECOND });
    const existing = await manager.streams.info(FACTS).catch(() => undefined);
    // Those that it has stay: a service of a later version may have added them.
    const all = [...new Set([...(existing?.config.subjects ?? []), ...subjects])];
    const isComplete = existing?.config.subjects.length === all.length;
    if (existing && !isComplete) await manager.streams.update(FACTS, { subjects: all });
    const info =
      existing ??
      (await manager.streams.add({
        name: FACTS,
        subjects,
        storage: StorageType.File,
        max_age: nanos(MAX_AGE_MS),
        duplicate_window: nanos(120 * SECOND),
      }));
    return { stream: String(info.created), sequence: info.state.last_seq };
  };

  return {
    connection,
    jetstream: client,
    ensureStream,
    onReconnect(listener) {
      reconnectListeners.add(listener);
      return () => reconnectListeners.delete(listener);
    },
    async publish(fact) {
      const limit = (connection.info?.max_payload ?? Infinity) - HEADER_BYTES;
      if (fact.payload.length > limit)
        throw new AppError('invalid-argument', 'the fact is larger than the broker takes');
      if (!factSubject.test(fact.subject)) throw new AppError('invalid-argument', 'the fact has no subject of ours');
      try {
        const options = { msgID: fact.id, timeout: 5 * SECOND, ...traceHeaders(fact) };
        await client.publish(fact.subject, fact.payload, options);
      } catch (error) {
        if (isRefusal(error)) throw new AppError('invalid-argument', 'the broker refuses a fact', { cause: error });
        // A broker that lost its disk has no stream: make it, and let the relay try again.
        await ensureStream().catch(() => {});
        throw new AppError('unavailable', 'the broker did not take a fact', { cause: error });
      }
    },
    async forget(subjects, { isTimeUp = () => false } = {}) {
      try {
        return await forgetSubjects(connection, { stream: FACTS, subjects, isTimeUp });
      } catch (error) {
        throw new AppError('unavailable', 'the broker did not forget', { cause: error });
      }
    },
    publishEphemeral(subject, payload) {
      if (!connection.isClosed()) connection.publish(subject, payload, { headers: headers() });
    },
    subscribeEphemeral(subject, listener) {
      const subscription = connection.subscribe(subject, {
        queue: name,
        callback: (error, message) => {
          if (!error) listener(message.subject, message.data);
        },
      });
      return () => subscription.unsubscribe();
    },
    async [Symbol.asyncDispose]() {
      await connection.drain().catch(() => {});
    },
  };
}
