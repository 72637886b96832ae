import { SECOND, swallow, type Clock, type Log } from '@earshot/kernel';
import type { VisitNews } from '../browser/ipc.ts';
import {
  seatKey,
  type Assignment,
  type Ending,
  type EndReason,
  type Message,
  type OtherBot,
  type Seat,
  type Sighting,
} from '../domain/bot.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { Picture } from '../domain/picture.ts';
import { secretsOf, withoutSecrets } from '../domain/secrets.ts';
import type { IngestLine } from '../media/ingest-line.ts';
import type { Workers } from '../workers/workers.ts';
import type { VisitMeters } from './meters.ts';

/** What is still to be sent of a recording that somebody else goes on with may take this long. */
const HAND_OVER_MS = 3 * SECOND;
/** An order to leave is obeyed in three seconds; a browser that has not by then is not asked again. */
const OBEY_MS = 10 * SECOND;

const lost: Ending = { reason: 'worker-lost', detail: 'the browser process was lost', retryable: true };
const handedOver: Ending = {
  reason: 'worker-lost',
  detail: 'the server that had the bot was shut down',
  retryable: true,
};

export interface VisitDeps {
  readonly workers: Pick<Workers, 'place'>;
  readonly openLine: (assignment: Assignment, options: { startedAt: number; onRecording: () => void }) => IngestLine;
  /** Of an address; undefined when there is none to be had. */
  readonly pictureOf: (url: string) => Promise<Picture | undefined>;
  /** Keeps it with the bot; never throws. */
  readonly keepEvidence: (seat: Seat, evidence: Evidence) => Promise<void>;
  readonly meters: VisitMeters;
  readonly clock: Clock;
  readonly log: Log;
  /** `at`: when it was, milliseconds since 1970; now where it is not given. */
  readonly see: (sighting: Sighting, at?: number) => void;
}

/** A page may say what its address carries, and the end of a visit is told to others than who ordered it. */
function withoutPasscode(ending: Ending, { visit }: Assignment): Ending {
  return { ...ending, detail: withoutSecrets(ending.detail, secretsOf(visit.meetingUrl)) };
}

/** One bot, from its order to its end: the browser's news become what the scheduler and the media-streamer hear. */
export interface RunningVisit {
  leave(reason: EndReason): void;
  /** The same message again is not said again. */
  say(message: Message): void;
  /** These are the other bots of this system in the meeting. */
  meet(bots: readonly OtherBot[]): void;
  /** Leave in good order, but let another joiner go on. */
  handOver(): void;
  /** Go without a word. */
  abandon(): void;
  /** Resolves when the bot is out, whatever becomes of its recording. */
  readonly ended: Promise<VisitEnd>;
  /** Resolves when there is nothing left to do: the recording is finished as well, or let go. */
  readonly settled: Promise<void>;
}

export interface VisitEnd {
  readonly ending: Ending;
  /** When the bot was out, milliseconds since 1970. */
  readonly at: number;
  /** What was recorded is still being handed in. */
  readonly isRecordingPending: boolean;
}

export function startVisit(deps: VisitDeps, assignment: Assignment): RunningVisit {
  const { clock, log, meters, see } = deps;
  const { platform } = assignment.visit;
  const { promise: ended, resolve } = Promise.withResolvers<VisitEnd>();
  const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
  const ordered = new Set<string>();
  let line: IngestLine | undefined;
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
    line = deps.openLine(assignment, { startedAt, onRecording });
  }

  async function end(ending: Ending, clockMs: number): Promise<void> {
    if (isOver) return;
    isOver = true;
    const at = clock.now();
    const actual = isHandedOver ? handedOver : withoutPasscode(ending, assignment);
    meters.ended(platform, actual.reason);
    // Another epoch may begin as soon as the end is told, and then nothing of this one is taken any more.
    if (actual.retryable) await line?.abandon(HAND_OVER_MS);
    // The visit is over; its recording waits for the media-streamer, which may wait for a speech vendor.
    const finishing = actual.retryable ? undefined : line?.finish(clockMs);
    // Whoever hears of the end finds what there is to be seen of it.
    await keeping;
    resolve({ ending: actual, at, isRecordingPending: finishing !== undefined });
    await finishing;
    settle();
  }

  function take(news: VisitNews): void {
    switch (news.case) {
      case 'knocked':
        return see({ seen: 'knocked' });
      case 'entered':
        return see({ seen: 'entered' }, news.at);
      case 'began':
        return begin(news.at);
      case 'recording-answered':
        return see({ seen: 'recording-answered', isAllowed: news.isAllowed });
      case 'stretch':
        return line?.push(news.stretch);
      case 'leaving':
        return see({ seen: 'leaving', reason: news.reason });
      case 'evidence':
        keeping = deps.keepEvidence(assignment.seat, news.evidence);
        return;
      case 'said':
        return see({ seen: 'said', messageId: news.messageId, isSent: news.isSent });
      case 'identified':
        return see({ seen: 'identified', ...news.identity });
      case 'counted':
        return meters.count(platform, news.counts);
      case 'ended':
        return void end(news.ending, news.clockMs);
    }
  }

  const place = deps.workers.place(seatKey(assignment.seat), assignment.visit, {
    onNews: take,
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
      place.abandon();
      void end({ reason, detail: 'the browser did not answer', retryable: false }, 0);
    });
  }

  return {
    leave,
    say(message) {
      if (ordered.has(message.messageId)) return;
      ordered.add(message.messageId);
      place.say(message);
    },
    meet: (bots) => place.meet(bots),
    handOver() {
      isHandedOver = true;
      leave('worker-lost');
    },
    abandon() {
      place.abandon();
      isOver = true;
      void line?.abandon();
      resolve({ ending: lost, at: clock.now(), isRecordingPending: false });
      settle();
    },
    ended,
    settled,
  };
}
