import type { AttendanceServiceService, AttendRequest, Heartbeat } from '@earshot/contract/scheduler/v1/attendance.ts';
import { AppError, AsyncQueue, reconnect, SECOND, type Clock, type Connection, type Log } from '@earshot/kernel';
import type { JoinerIdentity, RpcClient } from '@earshot/rpc';
import type { Order, Seat } from '../domain/bot.ts';
import type { Outbox } from '../domain/outbox.ts';
import type { AssignmentTokens } from './assignment-tokens.ts';
import { fromAttendResponse, fromSeatMessage, toObservationMessage, toSeatMessage } from './mapping.ts';

const HEARTBEAT_MS = SECOND;
/** Much shorter than a lease of ten seconds: a line that is lost must not cost a bot. */
const MAX_DELAY_MS = SECOND;

export interface AttendanceDeps {
  readonly client: Pick<RpcClient<typeof AttendanceServiceService>, 'attend'>;
  readonly identity: JoinerIdentity;
  readonly tokens: AssignmentTokens;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  /** What is held at this moment. */
  readonly report: () => { readonly freeSeats: number; readonly seats: readonly Seat[] };
  readonly heed: (order: Order) => void;
  /** These ends are committed: the seats need not be told any more. */
  readonly forgotten: (seats: readonly Seat[]) => void;
}

/** The line to the scheduler, opened again whenever it breaks. What happens to it happens to no bot. */
export interface Attendance extends AsyncDisposable {
  /** Sends what is new in the outbox, and a heartbeat, at once. */
  tell(): void;
}

export function openAttendance(deps: AttendanceDeps): Attendance {
  const { clock, log } = deps;
  const closing = new AbortController();
  let line: Line | undefined;

  const running = reconnect(
    {
      ...{ clock, signal: closing.signal, maxDelayMs: MAX_DELAY_MS },
      onLost({ error, failures }) {
        if (error !== undefined) log.debug('scheduler line ended', { code: AppError.from(error).code });
        if (failures === 0) log.warn('scheduler line lost');
      },
    },
    async (connection) => {
      line = openLine(deps, connection);
      await line.ended.finally(() => (line = undefined));
    },
  );
  const beating = (async () => {
    while (!closing.signal.aborted) {
      line?.beat();
      await clock.sleep(HEARTBEAT_MS, closing.signal).catch(() => {});
    }
  })();

  return {
    tell() {
      line?.beat();
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new AppError('cancelled', 'the joiner is closing'));
      await Promise.all([running, beating]);
    },
  };
}

interface Line {
  beat(): void;
  /** Resolves when the line is over, or rejects with what broke it. */
  readonly ended: Promise<void>;
}

function openLine(deps: AttendanceDeps, { signal, up }: Connection): Line {
  const requests = new AsyncQueue<AttendRequest>();
  let told = 0;
  const beat = () => {
    // What was seen goes before the heartbeat: a seat must not vanish before its end is known.
    for (const observation of deps.outbox.all()) {
      if (observation.sequence <= told) continue;
      told = observation.sequence;
      requests.push({
        message: { $case: 'observation', value: toObservationMessage(observation, deps.tokens.of(observation.seat)) },
      });
    }
    requests.push({ message: { $case: 'heartbeat', value: toHeartbeat(deps) } });
  };
  requests.push({ message: { $case: 'heartbeat', value: toHeartbeat(deps) } });
  beat();
  const ended = (async () => {
    try {
      for await (const response of deps.client.attend(requests, { signal })) {
        up();
        take(deps, response);
      }
    } finally {
      requests.end();
    }
  })();
  return { beat, ended };
}

function toHeartbeat({ identity, tokens, report }: AttendanceDeps): Heartbeat {
  const { freeSeats, seats } = report();
  return { ...identity, freeSeats, seats: seats.map((seat) => toSeatMessage(seat, tokens.of(seat))) };
}

function take(
  { outbox, log, tokens, heed, forgotten }: AttendanceDeps,
  response: Parameters<typeof fromAttendResponse>[0],
): void {
  try {
    const order = fromAttendResponse(response);
    if (response.message?.$case === 'assign') {
      const { seat } = response.message.value;
      tokens.keep(fromSeatMessage(seat), seat?.token ?? '');
    }
    if (order?.kind === 'acknowledge') forgotten(outbox.acknowledge(order.sequence));
    else if (order) heed(order);
  } catch (error) {
    // An order that cannot be read must not cost the line: it would be repeated on the next one.
    log.error('order not understood', { error });
  }
}
