import type {
  AttendanceServiceService,
  AttendRequest,
  AttendResponse,
  Heartbeat as HeartbeatMessage,
  Identified,
  Observation as ObservationMessage,
  Seat as SeatMessage,
} from '@earshot/contract/scheduler/v1/attendance.ts';
import { AppError, assertNever, AsyncQueue, plainText, type BotId, type JoinerId } from '@earshot/kernel';
import { isAssigned, joinerIdOf, signAssignment, type CallContext, type Handlers } from '@earshot/rpc';
import { LEASE_MS } from '../actions/claim-bots.ts';
import type { SchedulerDeps } from '../actions/deps.ts';
import { heedHeartbeat, type Heartbeat, type Order } from '../actions/heed-heartbeat.ts';
import { recordObservation, type Observation } from '../actions/record-observation.ts';
import type { Identity, Seat } from '../domain/bot.ts';
import { fromReasonMessage, toReasonMessage, toSpecMessage } from './mapping.ts';
import type { Nudges } from './nudges.ts';
import { ObservationLines } from './observation-lines.ts';

/** Characters of a joiner's secret, at least: 128 bits in base64url. */
const LEAST_SECRET = 22;
/** Characters, and how many there may be. */
const [MAX_ROSTER_ID, MAX_CERTIFICATE, MAX_CERTIFICATES] = [400, 160, 100];

export interface AttendanceOptions {
  readonly nudges: Nudges;
  /** Signs the tokens that prove an assignment. */
  readonly assignmentSecret: string;
}

/** One line per joiner: its heartbeats are answered with orders, its observations with acknowledgements. */
export function attendanceService(
  deps: SchedulerDeps,
  options: AttendanceOptions,
): Handlers<typeof AttendanceServiceService> {
  return {
    attend: (requests, call) => attend(deps, { requests, call, ...options }),
  };
}

async function* attend(
  deps: SchedulerDeps,
  {
    requests,
    call,
    nudges,
    assignmentSecret,
  }: AttendanceOptions & {
    requests: AsyncIterable<AttendRequest>;
    call: CallContext;
  },
): AsyncGenerator<AttendResponse> {
  const down = new AsyncQueue<AttendResponse>();
  let latest: Heartbeat | undefined;
  let heardAt = 0;
  let answering: Promise<void> = Promise.resolve();
  let isAnswerDue = false;
  const isNews = newsOfOtherBots();
  const answer = () => {
    // One that is due answers everything that is heard before it begins.
    if (isAnswerDue) return;
    isAnswerDue = true;
    answering = answering
      .then(async () => {
        isAnswerDue = false;
        const heartbeat = latest;
        // A joiner that is silent for longer may be lost, though its line stands: it is given nothing and told nothing.
        if (!heartbeat || deps.clock.now() - heardAt >= LEASE_MS) return;
        const orders = await heedHeartbeat(deps, heartbeat);
        // The next heartbeat tells the seats anew; until then a nudge must not hand out the same seats twice.
        const taken = orders.filter((order) => order.kind === 'assign').length;
        if (latest === heartbeat) latest = afterAssigning(heartbeat, { orders, taken });
        for (const order of orders.filter(isNews)) down.push(toOrderMessage(order, assignmentSecret));
      })
      .catch((error: unknown) => down.fail(error));
  };
  const unsubscribe = nudges.subscribe(answer);
  // Beside the heartbeats: many of them, or a slow database, must cost no lease. A seat is told until its end is
  // acknowledged, so that a heartbeat may overtake what was seen.
  const observations = new ObservationLines<Observation & { sequence: number; isProven: boolean }>({
    async record(observation) {
      // As good as stale: it is acknowledged, so that a joiner does not repeat it for ever.
      if (!observation.isProven) return deps.log.warn('observation of no assignment', { ...observation.seat });
      await recordObservation(deps, { ...observation, joinerId: latest?.joinerId });
    },
    acknowledge: (sequence) => down.push({ message: { $case: 'acknowledge', value: { sequence } } }),
    fail: (error) => down.fail(error),
  });
  const leave = () => {
    observations.close();
    down.end();
  };
  call.signal.addEventListener('abort', leave, { once: true });

  void (async () => {
    for await (const request of requests) {
      const message = request.message;
      switch (message?.$case) {
        case 'heartbeat':
          latest = fromHeartbeatMessage(message.value, assignmentSecret);
          heardAt = deps.clock.now();
          answer();
          break;
        case 'observation':
          observations.add({
            ...fromObservationMessage(message.value),
            sequence: message.value.sequence,
            isProven: isProven(message.value.seat, assignmentSecret),
          });
          break;
        case undefined:
          break;
        default:
          assertNever(message);
      }
    }
    leave();
  })().catch((error: unknown) => down.fail(error));

  try {
    yield* down;
  } finally {
    unsubscribe();
    observations.close();
  }
}

/** Who else is there is told when it has changed on this line; other orders until they are obeyed. */
function newsOfOtherBots(): (order: Order) => boolean {
  const told = new Map<string, string>();
  return (order) => {
    if (order.kind !== 'other-bots') return true;
    const key = `${order.seat.botId}:${order.seat.epoch}`;
    const text = JSON.stringify(order.bots);
    if (told.get(key) === text) return false;
    told.set(key, text);
    return true;
  };
}

function afterAssigning(heartbeat: Heartbeat, { orders, taken }: { orders: Order[]; taken: number }): Heartbeat {
  const assigned = orders.flatMap((order) => (order.kind === 'assign' ? [order.bot] : []));
  return {
    ...heartbeat,
    isFresh: false,
    freeSeats: Math.max(0, heartbeat.freeSeats - taken),
    seats: [...heartbeat.seats, ...assigned],
  };
}

/** Throws `permission-denied` for a joiner that is not the one it says. */
function fromHeartbeatMessage(message: HeartbeatMessage, assignmentSecret: string): Heartbeat {
  const { joinerId, joinerSecret, freeSeats, seats } = message;
  if (!joinerId) throw new AppError('invalid-argument', 'joiner_id is missing');
  if (joinerSecret.length < LEAST_SECRET || joinerIdOf(joinerSecret) !== joinerId)
    throw new AppError('permission-denied', 'the joiner_id belongs to another joiner');
  const proven = seats.filter((seat) => isProven(seat, assignmentSecret));
  return {
    joinerId: joinerId as JoinerId,
    freeSeats,
    seats: proven.map(fromSeatMessage),
    unproven: seats.filter((seat) => !proven.includes(seat)).map(fromSeatMessage),
    isFresh: true,
  };
}

/** Whether the joiner was given this bot under this epoch. */
function isProven(seat: SeatMessage | undefined, assignmentSecret: string): boolean {
  return seat !== undefined && isAssigned(assignmentSecret, seat, seat.token);
}

function fromSeatMessage(seat: SeatMessage | undefined): Seat {
  if (!seat) throw new AppError('invalid-argument', 'seat is missing');
  return { botId: seat.botId as BotId, epoch: seat.epoch };
}

function fromObservationMessage({ seat, observedAt, seen }: ObservationMessage): Observation {
  const where = { seat: fromSeatMessage(seat), at: (observedAt ?? new Date()).getTime() };
  switch (seen?.$case) {
    case 'knocked':
    case 'entered':
      return { ...where, seen: seen.$case };
    case 'recordingStarted':
      return { ...where, seen: 'recording-started' };
    case 'recordingAnswered':
      return { ...where, seen: 'recording-answered', isAllowed: seen.value.allowed };
    case 'said':
      return { ...where, seen: 'said', messageId: seen.value.messageId, isSent: seen.value.sent };
    case 'identified':
      return { ...where, seen: 'identified', ...fromIdentified(seen.value) };
    case 'leaving':
      return { ...where, seen: 'leaving', reason: fromReasonMessage(seen.value.reason) };
    case 'ended': {
      const { reason, detail, retryable, recordingPending: isRecordingPending } = seen.value;
      return { ...where, seen: 'ended', reason: fromReasonMessage(reason), detail, retryable, isRecordingPending };
    }
    case undefined:
      throw new AppError('invalid-argument', 'the observation says nothing');
    default:
      return assertNever(seen);
  }
}

/** What a page says is not to be trusted with our memory. */
function fromIdentified({ rosterId, certificates }: Identified): Identity {
  return {
    rosterId: plainText(rosterId, MAX_ROSTER_ID),
    certificates: certificates.slice(0, MAX_CERTIFICATES).map((each) => plainText(each, MAX_CERTIFICATE)),
  };
}

function toOrderMessage(order: Order, assignmentSecret: string): AttendResponse {
  switch (order.kind) {
    case 'assign': {
      const { bot } = order;
      const value = {
        seat: { ...seatOf(bot), token: signAssignment(assignmentSecret, bot) },
        spec: toSpecMessage(bot.spec),
        transcriptId: bot.transcriptId ?? '',
        accountId: bot.accountId,
      };
      return { message: { $case: 'assign', value } };
    }
    case 'leave':
      return {
        message: { $case: 'leave', value: { seat: seatOf(order.seat), reason: toReasonMessage(order.reason) } },
      };
    case 'abandon':
      return { message: { $case: 'abandon', value: { seat: seatOf(order.seat) } } };
    case 'say': {
      const { seat, messageId, text } = order;
      return { message: { $case: 'say', value: { seat: seatOf(seat), messageId, text } } };
    }
    case 'other-bots': {
      const bots = order.bots.map((bot) => ({ ...bot, certificates: [...bot.certificates] }));
      return { message: { $case: 'otherBots', value: { seat: seatOf(order.seat), bots } } };
    }
  }
}

const seatOf = ({ botId, epoch }: Seat): SeatMessage => ({ botId, epoch, token: '' });
