import { AppError, backoff, jitter, SECOND, type Clock, type Log } from '@earshot/kernel';
import type { Handle, ConsumedEvent, Inbox } from './fact.ts';
import { isPassing, nextTryAt, reasonOf } from './failure.ts';
import type { FactMetrics } from './fact-metrics.ts';

/**
 * So many times in a row, some ten seconds, all facts wait for a failure that may be common: as long as a peer takes to be
 * started again. Then it is checked whether it is one fact's alone.
 */
const PATIENCE = 8;
/** Other bots whose facts are tried; where so many fail too, the failure is no single bot's. */
const WITNESSES = 5;

export interface Handling<Tx> {
  readonly inbox: Inbox<Tx>;
  readonly handle: Handle<Tx>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: FactMetrics;
  /** Whether the peers that `handle` calls answer; yes by default. */
  readonly arePeersThere?: (() => Promise<boolean>) | undefined;
  /** After each success. */
  readonly onHandled?: (() => void) | undefined;
}

interface Batch {
  readonly stream: string;
  readonly facts: readonly ConsumedEvent[];
}

/**
 * Handles facts in their order, as often as it takes. What fails for a reason of its own is set aside and the rest goes on;
 * what may be common (a database or peer away) is waited for, unless others succeed meanwhile. Throws only when the signal
 * aborts. `next` answers what has come since.
 */
export async function handleFacts<Tx>(
  handling: Handling<Tx>,
  batch: Batch,
  { next, signal }: { next: () => readonly ConsumedEvent[]; signal: AbortSignal },
): Promise<void> {
  const { clock, log } = handling;
  for (let failures = 0; ; failures += 1) {
    try {
      return await handleInParts(handling, batch);
    } catch (error) {
      signal.throwIfAborted();
      if (failures === 0) log.warn('handling facts failed', { consumer: handling.inbox.consumer, error });
      const isTimeToLook = failures % PATIENCE === PATIENCE - 1;
      if (isTimeToLook && (await setAsideIfAlone(handling, batch, next))) continue;
      await clock.sleep(jitter(backoff(failures, { baseMs: 100, maxMs: 2 * SECOND })), signal);
    }
  }
}

/** Tries facts together, and in ever smaller parts where that fails, until those are found that fail alone. */
async function handleInParts<Tx>(handling: Handling<Tx>, { stream, facts }: Batch): Promise<void> {
  const { inbox, handle, log } = handling;
  try {
    const { dropped } = await inbox.process({ stream, facts }, handle);
    if (dropped > 0) log.error('facts behind one that is set aside were dropped', { dropped });
    handling.onHandled?.();
  } catch (error) {
    const [first] = facts;
    if (isPassing(error) || !first) throw error;
    if (facts.length === 1) return setAside(handling, { stream, fact: first, error });
    const middle = Math.ceil(facts.length / 2);
    await handleInParts(handling, { stream, facts: facts.slice(0, middle) });
    await handleInParts(handling, { stream, facts: facts.slice(middle) });
  }
}

/**
 * A fact that fails again and again as if a peer were away, while the peers answer and facts of other bots do not fail, is
 * to blame itself. Sets it aside and answers true.
 */
async function setAsideIfAlone<Tx>(
  handling: Handling<Tx>,
  { stream, facts }: Batch,
  next: () => readonly ConsumedEvent[],
): Promise<boolean> {
  const { inbox, handle } = handling;
  try {
    const position = await inbox.position();
    const done = position?.stream === stream ? position.sequence : 0;
    const left = facts.filter(({ sequence }) => sequence > done);
    const [fact, error] = await firstFailing(handling, { stream, facts: left });
    if (!fact) return true;
    if (!((await handling.arePeersThere?.()) ?? true)) return false;
    const others = [...left, ...next()].filter((other) => botOf(other) !== botOf(fact));
    const stories = [...Map.groupBy(others, botOf).values()].slice(0, WITNESSES);
    for (const story of stories) {
      const faresWell = await inbox.dryRun(story.slice(0, 1), handle).then(
        () => true,
        () => false,
      );
      if (!faresWell) continue;
      await setAside(handling, { stream, fact, error });
      return true;
    }
  } catch {
    // The database itself is away.
  }
  return false;
}

/** Handles facts up to the first that fails; answers that one. */
async function firstFailing<Tx>(
  handling: Handling<Tx>,
  { stream, facts }: Batch,
): Promise<[ConsumedEvent, unknown] | [undefined, undefined]> {
  const [first] = facts;
  if (!first) return [undefined, undefined];
  const part = facts.slice(0, Math.ceil(facts.length / 2));
  try {
    await handleInParts(handling, { stream, facts: part });
  } catch (error) {
    return part.length === 1 ? [first, error] : firstFailing(handling, { stream, facts: part });
  }
  return firstFailing(handling, { stream, facts: facts.slice(part.length) });
}

async function setAside<Tx>(
  { inbox, clock, log, metrics }: Handling<Tx>,
  { stream, fact, error }: { stream: string; fact: ConsumedEvent; error: unknown },
): Promise<void> {
  const { consumer } = inbox;
  const why = { reason: reasonOf(error), nextTryAt: nextTryAt(error, { tries: 1, now: clock.now() }) };
  await inbox.setAside({ stream, fact, ...why });
  metrics.setAside(consumer, AppError.from(error).code);
  const { subject, sequence, id } = fact;
  log.error('a fact cannot be handled and is set aside', { consumer, subject, sequence, id, error });
}

/** Tries the set-aside fact that is due, if any is. Answers whether there may be more. */
export async function retrySetAside<Tx>({ inbox, handle, clock, log, onHandled }: Handling<Tx>): Promise<boolean> {
  const tried = await inbox.retry(clock.now(), handle);
  if (!tried) return false;
  const { fact, error } = tried;
  const about = { consumer: inbox.consumer, subject: fact.subject, sequence: fact.sequence, id: fact.id };
  if (!('error' in tried)) {
    log.info('a fact that was set aside is handled', about);
    onHandled?.();
    return true;
  }
  const again = nextTryAt(error, { tries: fact.tries + 1, now: clock.now() });
  await inbox.postpone(fact, { reason: reasonOf(error), nextTryAt: again });
  if (again === undefined) log.error('a fact stays set aside until it is asked for', { ...about, error });
  return true;
}

function botOf({ subject }: ConsumedEvent): string {
  return subject.split('.')[1] ?? '';
}
