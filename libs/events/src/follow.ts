import { DeliverPolicy, type JsMsg } from '@nats-io/jetstream';
import { backoff, jitter, SECOND, type Clock, type Log } from '@earshot/kernel';
import { FACTS, type Broker } from './broker.ts';
import type { HeardFact, Inbox } from './fact.ts';

const BATCH = 200;

export interface FollowOptions<Tx> {
  readonly broker: Broker;
  readonly inbox: Inbox<Tx>;
  readonly clock: Clock;
  readonly log: Log;
  /** Which facts to hear, as a subject with wildcards; everything when absent. */
  readonly subject?: string;
  /** Handles facts in the stream's order. A throw makes the same facts come again, before any later one. */
  readonly handle: (tx: Tx, facts: readonly HeardFact[]) => Promise<void>;
}

/**
 * Hears the facts from the stored position on, strictly in order. There is no acknowledgement to lose: the position
 * commits together with the effect, and after any break hearing starts again from there.
 */
export function follow<Tx>(options: FollowOptions<Tx>): AsyncDisposable {
  const stopping = new AbortController();
  const running = keepFollowing(options, stopping.signal);
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}

async function keepFollowing<Tx>(options: FollowOptions<Tx>, signal: AbortSignal): Promise<void> {
  const { clock, log } = options;
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      await followOnce(options, { signal, onProgress: () => (failures = 0) });
    } catch (error) {
      if (signal.aborted) return;
      if (failures === 0) log.warn('hearing facts failed', { error });
    }
    await clock.sleep(jitter(backoff(failures, { baseMs: 100, maxMs: 2 * SECOND })), signal).catch(() => {});
  }
}

async function followOnce<Tx>(
  { broker, inbox, subject, handle, log }: FollowOptions<Tx>,
  { signal, onProgress }: { signal: AbortSignal; onProgress: () => void },
): Promise<void> {
  const { stream, sequence: last } = await broker.ensureStream();
  const position = await inbox.position();
  const heard = position?.stream === stream ? position.sequence : 0;
  // A broker that was set back, by a backup or a broken disk, counts anew: what it says from then on would pass for heard.
  const countsAnew = heard > last;
  if (countsAnew) {
    log.warn('the broker counts anew', { heard, last });
    await inbox.rewind(stream);
  }
  const from = countsAnew ? 1 : heard + 1;
  const consumer = await broker.jetstream.consumers.get(FACTS, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: from,
    ...(subject ? { filter_subjects: subject } : {}),
  });
  const messages = await consumer.consume({ max_messages: BATCH, idle_heartbeat: 2 * SECOND });
  const stop = () => void messages.close();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  // A reconnected broker may have lost its memory of this consumer: start again rather than wait to find out.
  const unwatch = broker.onReconnect(stop);
  try {
    let pending: HeardFact[] = [];
    let working: Promise<void> | undefined;
    let failure: unknown;
    const work = async () => {
      while (pending.length > 0 && failure === undefined) {
        const facts = pending;
        pending = [];
        await inbox.process({ stream, facts }, handle).then(onProgress, (error: unknown) => {
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
    await working;
    if (failure !== undefined) throw failure;
  } finally {
    signal.removeEventListener('abort', stop);
    unwatch();
    await messages.close();
  }
}

function toFact(message: JsMsg): HeardFact {
  return {
    id: message.headers?.get('Nats-Msg-Id') ?? `${message.seq}`,
    subject: message.subject,
    payload: message.data,
    sequence: message.seq,
  };
}
