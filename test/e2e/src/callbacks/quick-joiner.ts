import { AttendanceServiceService } from '@earshot/contract/scheduler/v1/attendance.ts';
import { silentLog, type ServiceIdentity } from '@earshot/kernel';
import { createJoinerIdentity, createRpcClient } from '@earshot/rpc';
import { systemClock } from '@earshot/service';
import { seatKey, type Seat, type Sighting } from '../../../../services/joiner/src/domain/bot.ts';
import { Outbox } from '../../../../services/joiner/src/domain/outbox.ts';
import { AssignmentTokens } from '../../../../services/joiner/src/rpc/assignment-tokens.ts';
import { openAttendance } from '../../../../services/joiner/src/rpc/attendance.ts';

/** Every step of a visit, the door included. */
const wholeVisit: readonly Sighting[] = [
  { seen: 'knocked' },
  { seen: 'entered' },
  { seen: 'recording-started' },
  { seen: 'leaving', reason: 'everyone-left' },
  { seen: 'ended', reason: 'everyone-left', detail: 'everyone left', retryable: false, isRecordingPending: false },
];

/** What is seen of a bot that is inside and stays there. */
export const stays = wholeVisit.slice(0, 3);

export interface QuickJoinerOptions {
  readonly address: string;
  /** As whom it comes. */
  readonly identity: ServiceIdentity;
  readonly seats: number;
  /** What is seen of each bot, at once: a whole visit unless told. */
  readonly visit?: readonly Sighting[];
}

/** A joiner with the real one's line to the scheduler and no browsers. */
export function openQuickJoiner({ address, identity, seats, visit = wholeVisit }: QuickJoinerOptions): AsyncDisposable {
  const client = createRpcClient(AttendanceServiceService, address, identity);
  const outbox = new Outbox();
  const held = new Map<string, Seat>();
  const known = new Set<string>();
  const attendance = openAttendance({
    client,
    identity: createJoinerIdentity(),
    tokens: new AssignmentTokens(),
    outbox,
    clock: systemClock,
    log: silentLog,
    report: () => ({ freeSeats: Math.max(0, seats - held.size), seats: [...held.values()] }),
    heed(order) {
      if (order.kind === 'leave') return;
      const seat = order.kind === 'assign' ? order.assignment.seat : order.seat;
      const key = seatKey(seat);
      if (order.kind === 'abandon') {
        held.delete(key);
        return outbox.forget(seat);
      }
      if (known.has(key)) return;
      known.add(key);
      held.set(key, seat);
      for (const sighting of visit) outbox.add(seat, sighting, systemClock.now());
      attendance.tell();
    },
    forgotten(ended) {
      for (const seat of ended) held.delete(seatKey(seat));
    },
  });
  return {
    async [Symbol.asyncDispose]() {
      await attendance[Symbol.asyncDispose]();
      await client[Symbol.asyncDispose]();
    },
  };
}
