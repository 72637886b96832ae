import { AppError, backoff, isRetryable, SECOND, type Clock, type Log } from '@earshot/kernel';
import { startLoop } from '@earshot/service';
import type { Settlement } from '../actions/settle-attempts.ts';
import type { Attempt, QueueHead } from '../domain/delivery.ts';
import { judge } from '../domain/verdict.ts';
import type { DeliveryQueue, DeliveryQueues } from '../store/delivery-queues.ts';
import { HostConcurrencyLimiter, type Slot } from './host-concurrency-limiter.ts';
import { QueueClaimer, POLL_MS } from './queue-claimer.ts';
import { nextDelay } from './schedule.ts';

/** A queue that never runs dry is put behind the others after so many messages. */
const MESSAGES_PER_CLAIM = 20;

export interface DispatcherOptions {
  readonly instanceId: string;
  readonly concurrency: number;
  readonly schedule: readonly number[];
  /** How long messages under way may take when the dispatcher stops, in milliseconds. */
  readonly drainMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly claim: DeliveryQueues['claim'];
  readonly claimThese: DeliveryQueues['claimThese'];
  readonly reclaim: DeliveryQueues['reclaim'];
  readonly headsOf: (queueIds: readonly number[]) => Promise<Map<number, QueueHead>>;
  readonly settle: (settlement: Settlement) => Promise<QueueHead | undefined>;
  readonly send: (head: QueueHead, signal: AbortSignal) => Promise<Attempt>;
}

export interface Dispatcher extends AsyncDisposable {
  /** Something may be due: look now. */
  wake(): void;
  /** These queues were given a message. Where nobody waits before them they are claimed without a look at all that is due. */
  hint(queues: readonly DeliveryQueue[]): void;
}

/**
 * Claims due queues and works on them side by side. A queue is worked on by one instance, one message at a time, and its
 * next message follows as soon as the last one's success is committed.
 */
export function startDispatcher(options: DispatcherOptions): Dispatcher {
  const { instanceId, concurrency, clock, log, claim, claimThese, reclaim, headsOf, settle, send } = options;
  const slots = new HostConcurrencyLimiter(concurrency);
  const working = new Map<number, Promise<void>>();
  const stopping = new AbortController();
  const forced = new AbortController();
  const claimer = new QueueClaimer({ claim, claimThese, isInHand: (queueId) => working.has(queueId), clock });
  let reclaimedAt = -Infinity;

  const loop = startLoop({
    name: 'dispatcher',
    clock,
    log,
    everyMs: POLL_MS,
    async round() {
      const holder = { instanceId, held: [...working.keys()] };
      // Between claims, so that none is on its way whose queues are not held yet. Leases are of real time.
      if (performance.now() - reclaimedAt >= POLL_MS) {
        await reclaim(holder);
        reclaimedAt = performance.now();
      }
      const claimed = await claimer.take(holder, slots.room());
      // Should this fail, the claimed queues bear our name without being held, and are reclaimed.
      const heads = await headsOf(claimed.map(({ queueId }) => queueId));
      for (const queue of claimed) {
        const slot = slots.take(queue.host);
        const work = workOn(queue.queueId, heads.get(queue.queueId), slot).then((isDueAgain) => {
          working.delete(queue.queueId);
          slot.give();
          if (claimer.release(queue, { isDueAgain })) loop.wake();
        });
        working.set(queue.queueId, work);
      }
      return claimer.isUnfinished && !stopping.signal.aborted;
    },
  });

  /** Answers whether the queue may have been released with something that is due. */
  async function workOn(queueId: number, head: QueueHead | undefined, slot: Slot): Promise<boolean> {
    let isLast = false;
    try {
      if (!head || head.dueAt > clock.now()) {
        await settle({ queueId, outcome: undefined, keep: false });
        return false;
      }
      for (let next: QueueHead | undefined = head, sent = 1; next; sent++) {
        if (next.isDisabled) {
          await committed({ queueId, outcome: undefined, keep: false, giveUp: true });
          return false;
        }
        const message: QueueHead = next;
        const attempt = await slot.time(() => send(message, forced.signal));
        isLast = sent >= MESSAGES_PER_CLAIM || stopping.signal.aborted;
        next = await committed({ queueId, outcome: outcomeOf(message, attempt), keep: !isLast });
      }
      return isLast;
    } catch (error) {
      if (!forced.signal.aborted) log.error('a delivery queue could not be worked on', { queueId, error });
      await release(queueId);
      return true;
    }
  }

  function outcomeOf(head: QueueHead, attempt: Attempt) {
    const { retryAfterMs } = attempt;
    const waitMs = () => nextDelay(options.schedule, { tries: head.tries + 1, retryAfterMs });
    const verdict = judge(attempt, { now: clock.now(), waitMs });
    const about = { messageId: head.messageId, botId: head.botId, label: head.label };
    if (verdict.state === 'dead') log.warn('delivery given up', { ...about, status: attempt.status });
    else log.debug('attempted', { ...about, state: verdict.state, status: attempt.status, error: attempt.error });
    return { position: head.position, accountId: head.accountId, url: head.url, attempt, verdict };
  }

  /** An outcome is kept while the database is away: the message would be sent again. */
  async function committed(settlement: Settlement): Promise<QueueHead | undefined> {
    for (let failures = 0; ; failures++) {
      try {
        return await settle(settlement);
      } catch (error) {
        if (!isRetryable(AppError.from(error).code) || forced.signal.aborted) throw error;
        await clock.sleep(backoff(failures, { baseMs: 50, maxMs: SECOND }), forced.signal);
      }
    }
  }

  /** After an error that is not the receiver's. Sleeps first, so that a lasting one is not met again at once. */
  async function release(queueId: number): Promise<void> {
    try {
      if (!forced.signal.aborted) await clock.sleep(5 * SECOND, stopping.signal).catch(() => {});
      await settle({ queueId, outcome: undefined, keep: false });
    } catch (error) {
      log.debug('a delivery queue was not released; its lease runs out', { queueId, error });
    }
  }

  return {
    wake() {
      claimer.wantLook();
      loop.wake();
    },
    hint(queues) {
      if (claimer.hint(queues)) loop.wake();
    },
    async [Symbol.asyncDispose]() {
      stopping.abort(new AppError('cancelled', 'the dispatcher is stopping'));
      await loop[Symbol.asyncDispose]();
      const timer = setTimeout(() => forced.abort(new AppError('cancelled', 'out of time')), options.drainMs);
      await Promise.all(working.values());
      clearTimeout(timer);
    },
  };
}
