import type {
  JoinerControlServiceService,
  ConnectRequest,
  ConnectResponse,
  Heartbeat as HeartbeatMessage,
  Identified,
  BotReport as BotReportMessage,
  AssignmentRef as AssignmentRefMessage,
} from '@earshot/contract/scheduler/v1/joiner_control.ts';
import {
  AppError,
  assertNever,
  AsyncQueue,
  plainText,
  type BotId,
  type JoinerId,
  type BotIdentity,
  type AssignmentRef,
} from '@earshot/kernel';
import {
  fromSpeechEndedMessage,
  fromSpeechStartedMessage,
  isAssigned,
  joinerIdOf,
  signAssignment,
  type CallContext,
  type Handlers,
} from '@earshot/rpc';
import { LEASE_MS } from '../actions/claim-bots.ts';
import type { SchedulerDeps } from '../actions/deps.ts';
import { createJoinerNotes } from '../actions/note-joiner.ts';
import { reconcileJoiner, type Heartbeat, type Command } from '../actions/reconcile-joiner.ts';
import { recordReport, type BotReport } from '../actions/record-report.ts';
import { fromReasonMessage, toReasonMessage, toSpecMessage } from './mapping.ts';
import type { Wakeups } from './wakeups.ts';
import { BotReportQueues } from './bot-report-queues.ts';

/** Characters of a joiner's secret, at least: 128 bits in base64url. */
const LEAST_SECRET = 22;
/** Characters, and how many there may be. */
const [MAX_ROSTER_ID, MAX_CERTIFICATE, MAX_CERTIFICATES] = [400, 160, 100];

export interface JoinerControlOptions {
  readonly wakeups: Wakeups;
  /** Signs the assignment tokens. */
  readonly assignmentSecret: string;
}

/** One stream per joiner: its heartbeats are answered with commands, its reports with acknowledgements. */
export function joinerControlService(
  deps: SchedulerDeps,
  options: JoinerControlOptions,
): Handlers<typeof JoinerControlServiceService> {
  return {
    connect: (requests, call) => connect(deps, { requests, call, ...options }),
  };
}

async function* connect(
  deps: SchedulerDeps,
  {
    requests,
    call,
    wakeups,
    assignmentSecret,
  }: JoinerControlOptions & {
    requests: AsyncIterable<ConnectRequest>;
    call: CallContext;
  },
): AsyncGenerator<ConnectResponse> {
  const down = new AsyncQueue<ConnectResponse>();
  let latest: (Heartbeat & { rpcAddress: string }) | undefined;
  let heardAt = 0;
  let answering: Promise<void> = Promise.resolve();
  let isAnswerDue = false;
  const isNew = newsOfOtherBots();
  const noteAddress = createJoinerNotes(deps);
  const answer = () => {
    // An answer that is due covers every heartbeat that comes before it begins.
    if (isAnswerDue) return;
    isAnswerDue = true;
    answering = answering
      .then(async () => {
        isAnswerDue = false;
        const heartbeat = latest;
        // A joiner that is silent for longer may be lost, though its stream is open: it gets no bots and no commands.
        if (!heartbeat || deps.clock.monotonicNow() - heardAt >= LEASE_MS) return;
        const commands = await reconcileJoiner(deps, heartbeat);
        // The next heartbeat has the free slots; until then a wakeup must not assign the same slots twice.
        const taken = commands.filter((command) => command.kind === 'assign').length;
        if (latest === heartbeat) latest = afterAssigning(heartbeat, { commands, taken });
        for (const command of commands.filter(isNew)) down.push(toCommandMessage(command, assignmentSecret));
        await noteAddress(heartbeat);
      })
      .catch((error: unknown) => down.fail(error));
  };
  const unsubscribe = wakeups.subscribe(answer);
  // Reports run beside the heartbeats: many of them, or a slow database, must cost no lease. Heartbeats carry an assignment
  // until its end is acknowledged, so that one may overtake a report.
  const reports = new BotReportQueues<BotReport & { sequence: number; isProven: boolean }>({
    async record(report) {
      // Treated as stale: it is acknowledged, so that a joiner does not repeat it for ever.
      if (!report.isProven) return deps.log.warn('report without an assignment', { ...report.ref });
      await recordReport(deps, { ...report, joinerId: latest?.joinerId });
    },
    acknowledge: (sequence) => down.push({ message: { $case: 'acknowledge', value: { sequence } } }),
    fail: (error) => down.fail(error),
  });
  const leave = () => {
    reports.close();
    down.end();
  };
  call.signal.addEventListener('abort', leave, { once: true });

  void (async () => {
    for await (const request of requests) {
      const message = request.message;
      switch (message?.$case) {
        case 'heartbeat':
          latest = fromHeartbeatMessage(message.value, assignmentSecret);
          heardAt = deps.clock.monotonicNow();
          answer();
          break;
        case 'report':
          reports.add({
            ...fromReportMessage(message.value),
            sequence: message.value.sequence,
            isProven: isProven(message.value.ref, assignmentSecret),
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
    reports.close();
  }
}

/** Passes `other-bots` when the list has changed on this stream; other commands each time, until they are carried out. */
function newsOfOtherBots(): (command: Command) => boolean {
  const told = new Map<string, string>();
  return (command) => {
    if (command.kind !== 'other-bots') return true;
    const key = `${command.ref.botId}:${command.ref.epoch}`;
    const text = JSON.stringify(command.bots);
    if (told.get(key) === text) return false;
    told.set(key, text);
    return true;
  };
}

function afterAssigning<H extends Heartbeat>(
  heartbeat: H,
  { commands, taken }: { commands: Command[]; taken: number },
): H {
  const assigned = commands.flatMap((command) => (command.kind === 'assign' ? [command.bot] : []));
  return {
    ...heartbeat,
    isFresh: false,
    freeSlots: Math.max(0, heartbeat.freeSlots - taken),
    refs: [...heartbeat.refs, ...assigned],
  };
}

/** Throws `permission-denied` where the secret does not belong to the joiner's id. */
function fromHeartbeatMessage(message: HeartbeatMessage, assignmentSecret: string) {
  const { joinerId, joinerSecret, freeSlots, refs, rpcAddress } = message;
  if (!joinerId) throw new AppError('invalid-argument', 'joiner_id is missing');
  if (joinerSecret.length < LEAST_SECRET || joinerIdOf(joinerSecret) !== joinerId)
    throw new AppError('permission-denied', 'the joiner_id belongs to another joiner');
  const proven = refs.filter((ref) => isProven(ref, assignmentSecret));
  return {
    joinerId: joinerId as JoinerId,
    freeSlots,
    rpcAddress,
    refs: proven.map(fromRefMessage),
    unproven: refs.filter((ref) => !proven.includes(ref)).map(fromRefMessage),
    isFresh: true,
  };
}

/** Whether the bot was assigned to the joiner under this epoch. */
function isProven(ref: AssignmentRefMessage | undefined, assignmentSecret: string): boolean {
  return ref !== undefined && isAssigned(assignmentSecret, ref, ref.token);
}

function fromRefMessage(ref: AssignmentRefMessage | undefined): AssignmentRef {
  if (!ref) throw new AppError('invalid-argument', 'ref is missing');
  return { botId: ref.botId as BotId, epoch: ref.epoch };
}

function fromReportMessage({ ref, reportedAt, seen, sequence }: BotReportMessage): BotReport {
  const where = { ref: fromRefMessage(ref), at: (reportedAt ?? new Date()).getTime() };
  switch (seen?.$case) {
    case 'knocked':
    case 'entered':
      return { ...where, seen: seen.$case };
    case 'recordingStarted':
      return { ...where, seen: 'recording-started' };
    case 'recordingAnswered':
      return { ...where, seen: 'recording-answered', isAllowed: seen.value.allowed };
    case 'chatSent':
      return { ...where, seen: 'chat-sent', messageId: seen.value.messageId, isSent: seen.value.sent };
    case 'identified':
      return { ...where, seen: 'identified', ...fromIdentified(seen.value) };
    case 'recordingPaused':
      return { ...where, seen: 'recording-paused', isPaused: seen.value.paused, sequence };
    case 'leaving':
      return { ...where, seen: 'leaving', reason: fromReasonMessage(seen.value.reason) };
    case 'ended': {
      const { reason, detail, retryable, recordingPending: isRecordingPending } = seen.value;
      return { ...where, seen: 'ended', reason: fromReasonMessage(reason), detail, retryable, isRecordingPending };
    }
    case 'speechStarted':
      return { ...where, seen: 'speech-started', ...fromSpeechStartedMessage(seen.value) };
    case 'speechEnded':
      return { ...where, seen: 'speech-ended', ...fromSpeechEndedMessage(seen.value) };
    case undefined:
      throw new AppError('invalid-argument', 'the report is empty');
    default:
      return assertNever(seen);
  }
}

/** A page's values are of any length; our memory is not. */
function fromIdentified({ rosterId, certificates }: Identified): BotIdentity {
  return {
    rosterId: plainText(rosterId, MAX_ROSTER_ID),
    certificates: certificates.slice(0, MAX_CERTIFICATES).map((each) => plainText(each, MAX_CERTIFICATE)),
  };
}

function toCommandMessage(command: Command, assignmentSecret: string): ConnectResponse {
  switch (command.kind) {
    case 'assign': {
      const { bot } = command;
      const value = {
        ref: { ...refOf(bot), token: signAssignment(assignmentSecret, bot) },
        spec: toSpecMessage(bot.spec),
        transcriptId: bot.transcriptId ?? '',
        accountId: bot.accountId,
        paused: bot.pauseRequested,
      };
      return { message: { $case: 'assign', value } };
    }
    case 'leave':
      return {
        message: { $case: 'leave', value: { ref: refOf(command.ref), reason: toReasonMessage(command.reason) } },
      };
    case 'revoke':
      return { message: { $case: 'revoke', value: { ref: refOf(command.ref) } } };
    case 'send-chat': {
      const { ref, messageId, text } = command;
      return { message: { $case: 'sendChat', value: { ref: refOf(ref), messageId, text } } };
    }
    case 'set-paused': {
      const { ref, isPaused: paused } = command;
      return { message: { $case: 'setPaused', value: { ref: refOf(ref), paused } } };
    }
    case 'other-bots': {
      const bots = command.bots.map((bot) => ({ ...bot, certificates: [...bot.certificates] }));
      return { message: { $case: 'otherBots', value: { ref: refOf(command.ref), bots } } };
    }
  }
}

const refOf = ({ botId, epoch }: AssignmentRef): AssignmentRefMessage => ({ botId, epoch, token: '' });
