import { DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import { AppError, backoff, reconnect, SECOND, type Clock, type Connection, type Log } from '@earshot/kernel';
import { FACTS, type Broker } from './broker.ts';
import type { Handle, ConsumedEvent, Inbox } from './fact.ts';
import { handleFacts, retrySetAside, type Handling } from './handle-facts.ts';
import { createFactMetrics } from './fact-metrics.ts';

const BATCH = 200;
/** How often set-aside facts are polled, and every how many polls they are counted. */
const [RETRY_POLL_MS, COUNT_EVERY] = [SECOND, 10];

export interface ConsumeOptions<Tx> {
  readonly broker: Broker;
  readonly inbox: Inbox<Tx>;
  readonly clock: Clock;
  readonly log: Log;
  /** Which facts to consume, as a subject with wildcards; all when absent. */
  readonly subject?: string;
  /**
   * Handles facts in the stream's order. While it throws `unavailable`, `deadline-exceeded` or `cancelled`, the same facts
   * come again before any later one. Any other throw makes them come in smaller parts, and a fact that fails alone is set
   * aside: it comes again later, and of its bot nothing else before it.
   */
  readonly handle: Handle<Tx>;
  /** Whether the peers that `handle` calls answer. Else what it throws may be theirs, though some facts do not need them. */
  readonly arePeersThere?: () => Promise<boolean>;
  /** After each success: what was consumed is committed. */
  readonly onHandled?: () => void;
}

/**
 * Consumes the facts from the stored position on, strictly in order. There is no acknowledgement to lose: the position
 * commits together with the effect, and after any break consuming starts again from there.
 */
export function consume<Tx>(options: ConsumeOptions<Tx>): AsyncDisposable {
  const stopping = new AbortController();
  const handling = { ...options, metrics: createFactMetrics() };
  const running = [keepFollowing(options, handling, stopping.signal), keepRetrying(handling, stopping.signal)];
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

/** Tries what was set aside, when it is due. */
async function keepRetrying<Tx>(handling: Handling<Tx>, signal: AbortSignal): Promise<void> {
  const { inbox, clock, log, metrics } = handling;
  for (let looks = 0, failures = 0; !signal.aborted; looks += 1) {
    let isMore = false;
    try {
      isMore = await retrySetAside(handling);
      if (looks % COUNT_EVERY === 0) metrics.waiting(inbox.consumer, (await inbox.countSetAside()).facts);
      failures = 0;
    } catch (error) {
      if (failures++ === 0) log.warn('what is set aside cannot be looked at', { consumer: inbox.consumer, error });
    }
    const restMs = Math.max(RETRY_POLL_MS, backoff(failures, { baseMs: 100, maxMs: 5 * SECOND }));
    if (!isMore) await clock.sleep(restMs, signal).catch(() => {});
  }
}

function keepFollowing<Tx>(options: ConsumeOptions<Tx>, handling: Handling<Tx>, signal: AbortSignal): Promise<void> {
  const { clock, log } = options;
  return reconnect(
    {
      ...{ clock, signal, maxDelayMs: 2 * SECOND },
      onLost({ error, failures }) {
        if (error !== undefined && failures === 0) log.warn('consuming facts failed', { error });
      },
    },
    (connection) => followOnce(options, handling, connection),
  );
}

/** Up once facts are handled, not once they are received. */
async function followOnce<Tx>(
  { broker, inbox, subject, log }: ConsumeOptions<Tx>,
  handling: Handling<Tx>,
  { signal, up }: Connection,
): Promise<void> {
  const { stream, sequence: last } = await broker.ensureStream();
  const position = await inbox.position();
  const consumed = position?.stream === stream ? position.sequence : 0;
  // A broker that was set back, by a backup or a broken disk, counts anew: its facts from then on would pass for consumed.
  const countsAnew = consumed > last;
  if (countsAnew) {
    log.warn('the broker counts anew', { consumed, last });
    await inbox.rewind(stream);
  }
  const from = countsAnew ? 1 : consumed + 1;
  const consumer = await broker.jetstream.consumers.get(FACTS, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: from,
    ...(subject ? { filter_subjects: subject } : {}),
  });
  const messages = await consumer.consume({ max_messages: BATCH, idle_heartbeat: 2 * SECOND });
  // Handling waits for what is away; not beyond the life of these messages.
  const over = new AbortController();
  const stop = () => {
    over.abort(new AppError('cancelled', 'the stream of facts is opened again'));
    void messages.close();
  };
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  // A reconnected broker may have lost this consumer: start again rather than wait to find out.
  const unwatch = broker.onReconnect(stop);
  try {
    let pending: ConsumedEvent[] = [];
    let working: Promise<void> | undefined;
    let failure: unknown;
    const work = async () => {
      while (pending.length > 0 && failure === undefined) {
        const facts = pending;
        pending = [];
        const waiting = { next: () => pending, signal: over.signal };
        await handleFacts(handling, { stream, facts }, waiting).then(up, (error: unknown) => {
          failure = error ?? new Error('unknown');
          stop();
        });
      }
      working = undefined;
    };
    for await (const message of messages) {
      pending.push(toFact(message));
      working ??= work();
      if (pending.length >= BATCH) await working;
    }
    stop();
    await working;
    if (failure !== undefined) throw failure;
  } finally {
    signal.removeEventListener('abort', stop);
    unwatch();
    await messages.close();
  }
}

function toFact(message: JsMsg): ConsumedEvent {
  return {
    id: message.headers?.get('Nats-Msg-Id') ?? `${message.seq}`,
    subject: message.subject,
    payload: message.data,
    sequence: message.seq,
    traceparent: message.headers?.get('traceparent') || undefined,
  };
}
