import { AppError, assertNever, type LogFields } from '@earshot/kernel';
import { seatKey, type Assignment, type EndReason, type Order, type Seat, type Sighting } from '../domain/bot.ts';
import type { Outbox } from '../domain/outbox.ts';
import { startVisit, type RunningVisit, type VisitDeps, type VisitEnd } from './visit.ts';

/** How many ended seats are remembered, so that an order that was under way does not bring a bot back. */
const REMEMBERED = 1000;

export interface VisitsDeps extends Omit<VisitDeps, 'see'> {
  readonly seats: number;
  readonly outbox: Outbox;
  /** Something is to be told to the scheduler. */
  readonly tell: () => void;
}

/** The bots this joiner has. Orders are desired state: each may come any number of times. */
export interface Visits {
  heed(order: Order): void;
  /** For the heartbeat. A seat is told until its end is known to be committed. */
  report(): { readonly freeSeats: number; readonly seats: readonly Seat[] };
  /** The ends of these seats are committed. */
  forget(seats: readonly Seat[]): void;
  /** Takes no more bots. Resolves when those that are there have come to their own ends, and their recordings too. */
  drain(): Promise<void>;
  /** Takes no more bots and has those that are there leave, for another joiner to take over. Resolves when all are out. */
  handOver(): Promise<void>;
}

interface Held {
  readonly seat: Seat;
  /** Undefined once the bot is out and only its end is waiting to be acknowledged. */
  visit: RunningVisit | undefined;
}

/** What is said of an end may be a page's words. */
function toFields(sighting: Sighting): LogFields {
  if (sighting.seen === 'identified') return { seen: sighting.seen };
  if (sighting.seen !== 'ended') return { ...sighting };
  const { detail, ...fields } = sighting;
  return { ...fields, 'pii.detail': detail };
}

export function createVisits(deps: VisitsDeps): Visits {
  const { clock, log, outbox, tell } = deps;
  const held = new Map<string, Held>();
  const over = new Set<string>();
  const running = new Set<Promise<unknown>>();
  let isDraining = false;

  function see(seat: Seat, sighting: Sighting, at = clock.now()): void {
    // A seat that was given up has nothing to say any more.
    if (!held.has(seatKey(seat))) return;
    log.info('bot seen', { ...seat, ...toFields(sighting) });
    outbox.add(seat, sighting, at);
    tell();
  }

  function remember(key: string): void {
    over.add(key);
    for (const oldest of over) {
      if (over.size <= REMEMBERED) break;
      over.delete(oldest);
    }
  }

  function assign(assignment: Assignment): void {
    const { seat } = assignment;
    const key = seatKey(seat);
    if (held.has(key) || over.has(key) || isDraining) return;
    if (freeSeats() === 0) return log.warn('assignment beyond the seats', { ...seat });
    const entry: Held = { seat, visit: undefined };
    held.set(key, entry);
    entry.visit = startVisit(
      { ...deps, log: log.child({ ...seat }), see: (sighting, at) => see(seat, sighting, at) },
      assignment,
    );
    void entry.visit.ended.then((visitEnd) => end(entry, visitEnd));
    const { settled } = entry.visit;
    running.add(settled);
    void settled.finally(() => running.delete(settled));
    // The scheduler repeats the order until the seat shows.
    tell();
  }

  function end(entry: Held, { ending, at, isRecordingPending }: VisitEnd): void {
    const key = seatKey(entry.seat);
    remember(key);
    entry.visit = undefined;
    see(entry.seat, { seen: 'ended', ...ending, isRecordingPending }, at);
  }

  function abandon(seat: Seat): void {
    const entry = held.get(seatKey(seat));
    if (!entry) return;
    log.info('bot abandoned', { ...seat });
    held.delete(seatKey(seat));
    remember(seatKey(seat));
    outbox.forget(seat);
    entry.visit?.abandon();
    tell();
  }

  const freeSeats = () =>
    isDraining ? 0 : Math.max(0, deps.seats - [...held.values()].filter(({ visit }) => visit).length);
  const leave = (seat: Seat, reason: EndReason) => held.get(seatKey(seat))?.visit?.leave(reason);

  return {
    heed(order) {
      switch (order.kind) {
        case 'assign':
          return assign(order.assignment);
        case 'leave':
          return leave(order.seat, order.reason);
        case 'abandon':
          return abandon(order.seat);
        case 'say':
          return held.get(seatKey(order.seat))?.visit?.say(order.message);
        case 'other-bots':
          return held.get(seatKey(order.seat))?.visit?.meet(order.bots);
        default:
          return assertNever(order);
      }
    },
    report: () => ({ freeSeats: freeSeats(), seats: [...held.values()].map(({ seat }) => seat) }),
    forget(seats) {
      for (const seat of seats) if (!held.get(seatKey(seat))?.visit) held.delete(seatKey(seat));
    },
    async drain() {
      isDraining = true;
      // The scheduler offers nothing more as soon as it hears of no free seats.
      tell();
      log.info('draining', { bots: running.size });
      await Promise.all(running);
    },
    async handOver() {
      isDraining = true;
      for (const { visit } of held.values()) visit?.handOver();
      await Promise.all(running);
      if (held.size > 0 && outbox.isEmpty)
        log.debug('seats left after the drain', { error: new AppError('internal', 'seats') });
    },
  };
}
