import { SECOND, swallow, type Clock, type Log } from '@earshot/kernel';
import type { WorkerEvent } from '../browser/ipc.ts';
import {
  refKey,
  type Assignment,
  type Ending,
  type EndReason,
  type Message,
  type OtherBot,
  type AssignmentRef,
  type ReportedEvent,
} from '../domain/bot.ts';
import type { DebugArtifact } from '../domain/debug-artifact.ts';
import type { Picture } from '../domain/picture.ts';
import { secretsOf, withoutSecrets } from '../domain/secrets.ts';
import type { IngestStream } from '../rpc/ingest-stream.ts';
import type { Workers } from '../workers/workers.ts';
import type { RunMetrics } from './run-metrics.ts';

/** What is still to be sent of a recording that somebody else goes on with may take this long. */
const HAND_OVER_MS = 3 * SECOND;
/** A command to leave is obeyed in three seconds; a browser that has not by then is not asked again. */
const OBEY_MS = 10 * SECOND;

const lost: Ending = { reason: 'worker-lost', detail: 'the browser process was lost', retryable: true };
const handedOver: Ending = {
  reason: 'worker-lost',
  detail: 'the server that had the bot was shut down',
  retryable: true,
};

export interface BotRunDeps {
  readonly workers: Pick<Workers, 'place'>;
  readonly openIngest: (
    assignment: Assignment,
    options: { startedAt: number; onRecording: () => void },
  ) => IngestStream;
  /** Of an address; undefined when there is none to be had. */
  readonly pictureOf: (url: string) => Promise<Picture | undefined>;
  /** Keeps it with the bot; never throws. */
  readonly keepDebugArtifact: (ref: AssignmentRef, debugArtifact: DebugArtifact) => Promise<void>;
  readonly metrics: RunMetrics;
  readonly clock: Clock;
  readonly log: Log;
  /** `at`: when it was, milliseconds since 1970; now where it is not given. */
  readonly see: (event: ReportedEvent, at?: number) => void;
}

/** A page may show what its address carries, and the end of a visit is reported to others than who ordered it. */
function withoutPasscode(ending: Ending, { visit }: Assignment): Ending {
  return { ...ending, detail: withoutSecrets(ending.detail, secretsOf(visit.meetingUrl)) };
}

/** One bot, from its assignment to its end: the browser's events become reports to the scheduler and batches to the media-streamer. */
export interface BotRun {
  leave(reason: EndReason): void;
  /** The same message again is not sent again. */
  sendChat(message: Message): void;
  /** These are the other bots of this system in the meeting. */
  meet(bots: readonly OtherBot[]): void;
  /** Leave in good order, but let another joiner go on. */
  handOver(): void;
  /** Leave without a report. */
  revoke(): void;
  /** Resolves when the bot is out, whatever becomes of its recording. */
  readonly ended: Promise<VisitEnd>;
  /** Resolves when there is nothing left to do: the recording is finished as well, or let go. */
  readonly settled: Promise<void>;
}

export interface VisitEnd {
  readonly ending: Ending;
  /** When the bot was out, milliseconds since 1970. */
  readonly at: number;
  /** What was recorded is still being sent. */
  readonly isRecordingPending: boolean;
}

export function startBotRun(deps: BotRunDeps, assignment: Assignment): BotRun {
  const { clock, log, metrics, see } = deps;
  const { platform } = assignment.visit;
  const { promise: ended, resolve } = Promise.withResolvers<VisitEnd>();
  const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
  const ordered = new Set<string>();
  let ingest: IngestStream | undefined;
  let orderedToLeave: EndReason | undefined;
  let isHandedOver = false;
  let isOver = false;
  let keeping: Promise<void> | undefined;

  function begin(startedAt: number): void {
    const onRecording = () => {
      // Not when the media-streamer answered: every time of the visit counts from this one.
      see({ seen: 'recording-started' }, startedAt);
      place.recording();
    };
    ingest = deps.openIngest(assignment, { startedAt, onRecording });
  }

  async function end(ending: Ending, clockMs: number): Promise<void> {
    if (isOver) return;
    isOver = true;
    const at = clock.now();
    const actual = isHandedOver ? handedOver : withoutPasscode(ending, assignment);
    metrics.ended(platform, actual.reason);
    // Another epoch may begin as soon as the end is reported, and then nothing of this one is taken any more.
    if (actual.retryable) await ingest?.revoke(HAND_OVER_MS);
    // The visit is over; its recording waits for the media-streamer, which may wait for a speech vendor.
    const finishing = actual.retryable ? undefined : ingest?.finish(clockMs);
    // Whoever receives the end finds the debug artifact.
    await keeping;
    resolve({ ending: actual, at, isRecordingPending: finishing !== undefined });
    await finishing;
    settle();
  }

  function take(event: WorkerEvent): void {
    switch (event.case) {
      case 'knocked':
        return see({ seen: 'knocked' });
      case 'entered':
        return see({ seen: 'entered' }, event.at);
      case 'began':
        return begin(event.at);
      case 'recording-answered':
        return see({ seen: 'recording-answered', isAllowed: event.isAllowed });
      case 'batch':
        return ingest?.push(event.batch);
      case 'leaving':
        return see({ seen: 'leaving', reason: event.reason });
      case 'debugArtifact':
        keeping = deps.keepDebugArtifact(assignment.ref, event.debugArtifact);
        return;
      case 'chat-sent':
        return see({ seen: 'chat-sent', messageId: event.messageId, isSent: event.isSent });
      case 'identified':
        return see({ seen: 'identified', ...event.identity });
      case 'counted':
        return metrics.count(platform, event.counts);
      case 'ended':
        return void end(event.ending, event.clockMs);
    }
  }

  const place = deps.workers.place(refKey(assignment.ref), assignment.visit, {
    onEvent: take,
    // A bot that was on its way out is out: there is nothing to try again.
    onLost: () => void end(orderedToLeave ? { ...lost, reason: orderedToLeave, retryable: false } : lost, 0),
  });

  if (assignment.imageUrl) {
    deps.pictureOf(assignment.imageUrl).then(place.show, (error: unknown) => {
      swallow(log, error, 'a bot without its picture is a bot');
      place.show(undefined);
    });
  }

  function leave(reason: EndReason): void {
    if (orderedToLeave) return;
    orderedToLeave = reason;
    place.leave(reason);
    void clock.sleep(OBEY_MS).then(() => {
      if (isOver) return;
      log.error('browser did not obey');
      place.revoke();
      void end({ reason, detail: 'the browser did not answer', retryable: false }, 0);
    });
  }

  return {
    leave,
    sendChat(message) {
      if (ordered.has(message.messageId)) return;
      ordered.add(message.messageId);
      place.sendChat(message);
    },
    meet: (bots) => place.meet(bots),
    handOver() {
      isHandedOver = true;
      leave('worker-lost');
    },
    revoke() {
      place.revoke();
      isOver = true;
      void ingest?.revoke();
      resolve({ ending: lost, at: clock.now(), isRecordingPending: false });
      settle();
    },
    ended,
    settled,
  };
}
