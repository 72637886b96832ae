import { AppError, assertNever, type AssignmentRef, type BotId, type EndReason, type LogFields } from '@earshot/kernel';
import { refKey, type Assignment, type Command, type ReportedEvent } from '../domain/bot.ts';
import type { UnackedReports } from '../domain/unacked-reports.ts';
import { startBotRun, type BotRun, type BotRunDeps, type VisitEnd } from './bot-run.ts';

/** How many ended assignments are remembered, so that a command that was under way does not bring a bot back. */
const REMEMBERED = 1000;

export interface BotRunsDeps extends Omit<BotRunDeps, 'report'> {
  readonly maxBots: number;
  readonly unackedReports: UnackedReports;
  /** There is something to send to the scheduler. */
  readonly flush: () => void;
}

/** The bots this joiner has. Commands are desired state: each may come any number of times. */
export interface BotRuns {
  handleCommand(command: Command): void;
  /** For the heartbeat. A ref is sent until its end is known to be committed. */
  holdings(): { readonly freeSlots: number; readonly refs: readonly AssignmentRef[] };
  /** The bot's newest assignment that is not over. */
  find(botId: BotId): { readonly run: BotRun; readonly assignment: Assignment } | undefined;
  /** The ends of these assignments are committed. */
  forget(refs: readonly AssignmentRef[]): void;
  /** Takes no more bots. Resolves when those that are there have come to their own ends, and their recordings too. */
  drain(): Promise<void>;
  /** Takes no more bots and has those that are there leave, for another joiner to take over. Resolves when all are out. */
  handOver(): Promise<void>;
}

interface Held {
  readonly ref: AssignmentRef;
  readonly assignment: Assignment;
  /** Undefined once the bot is out and only its end is waiting to be acknowledged. */
  run: BotRun | undefined;
}

/** The detail of an end may be a page's words. */
function toFields(event: ReportedEvent): LogFields {
  if (event.seen === 'identified') return { seen: event.seen };
  if (event.seen !== 'ended') return { ...event };
  const { detail, ...fields } = event;
  return { ...fields, 'pii.detail': detail };
}

export function createBotRuns(deps: BotRunsDeps): BotRuns {
  const { clock, log, unackedReports, flush } = deps;
  const held = new Map<string, Held>();
  const over = new Set<string>();
  const running = new Set<Promise<unknown>>();
  let isDraining = false;

  function report(ref: AssignmentRef, event: ReportedEvent, at = clock.now()): void {
    // A revoked assignment has no reports any more.
    if (!held.has(refKey(ref))) return;
    log.info('bot reported', { ...ref, ...toFields(event) });
    unackedReports.add(ref, event, at);
    flush();
  }

  function remember(key: string): void {
    over.add(key);
    for (const oldest of over) {
      if (over.size <= REMEMBERED) break;
      over.delete(oldest);
    }
  }

  function assign(assignment: Assignment): void {
    const { ref } = assignment;
    const key = refKey(ref);
    if (held.has(key) || over.has(key) || isDraining) return;
    if (freeSlots() === 0) return log.warn('assignment beyond the slots', { ...ref });
    const entry: Held = { ref, assignment, run: undefined };
    held.set(key, entry);
    entry.run = startBotRun(
      { ...deps, log: log.child({ ...ref }), report: (event, at) => report(ref, event, at) },
      assignment,
    );
    void entry.run.ended.then((visitEnd) => end(entry, visitEnd));
    const { settled } = entry.run;
    running.add(settled);
    void settled.finally(() => running.delete(settled));
    // The scheduler repeats the command until the ref shows.
    flush();
  }

  function end(entry: Held, { ending, at, isRecordingPending }: VisitEnd): void {
    const key = refKey(entry.ref);
    remember(key);
    entry.run = undefined;
    report(entry.ref, { seen: 'ended', ...ending, isRecordingPending }, at);
  }

  function revoke(ref: AssignmentRef): void {
    const entry = held.get(refKey(ref));
    if (!entry) return;
    log.info('bot revoked', { ...ref });
    held.delete(refKey(ref));
    remember(refKey(ref));
    unackedReports.forget(ref);
    entry.run?.revoke();
    flush();
  }

  const freeSlots = () =>
    isDraining ? 0 : Math.max(0, deps.maxBots - [...held.values()].filter(({ run }) => run).length);
  const leave = (ref: AssignmentRef, reason: EndReason) => held.get(refKey(ref))?.run?.leave(reason);

  return {
    handleCommand(command) {
      switch (command.kind) {
        case 'assign':
          return assign(command.assignment);
        case 'leave':
          return leave(command.ref, command.reason);
        case 'revoke':
          return revoke(command.ref);
        case 'set-paused':
          return held.get(refKey(command.ref))?.run?.setPaused(command.isPaused);
        case 'send-chat':
          return held.get(refKey(command.ref))?.run?.sendChat(command.message);
        case 'other-bots':
          return held.get(refKey(command.ref))?.run?.setOtherBots(command.bots);
        default:
          return assertNever(command);
      }
    },
    find(botId) {
      const own = [...held.values()].filter(({ ref }) => ref.botId === botId);
      const { run, assignment } = own.filter((each) => each.run).sort((a, b) => b.ref.epoch - a.ref.epoch)[0] ?? {};
      return run && assignment && { run, assignment };
    },
    holdings: () => ({ freeSlots: freeSlots(), refs: [...held.values()].map(({ ref }) => ref) }),
    forget(refs) {
      for (const ref of refs) if (!held.get(refKey(ref))?.run) held.delete(refKey(ref));
    },
    async drain() {
      isDraining = true;
      // The scheduler assigns nothing more once there are no free slots.
      flush();
      log.info('draining', { bots: running.size });
      await Promise.all(running);
    },
    async handOver() {
      isDraining = true;
      for (const { run } of held.values()) run?.handOver();
      await Promise.all(running);
      if (held.size > 0 && unackedReports.isEmpty)
        log.debug('assignments left after the drain', { error: new AppError('internal', 'assignments') });
    },
  };
}
