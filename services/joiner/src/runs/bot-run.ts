import {
  SECOND,
  swallow,
  type BotSpeechEnded,
  type Clock,
  type Log,
  type EndReason,
  type OtherBot,
  type AssignmentRef,
} from '@earshot/kernel';
import type { WorkerEvent } from '../browser/ipc.ts';
import type { BotVoice } from '../domain/bot-voice.ts';
import { refKey, type Assignment, type Ending, type Message, type ReportedEvent } from '../domain/bot.ts';
import type { DebugArtifact } from '../domain/debug-artifact.ts';
import type { Picture } from '../domain/picture.ts';
import { secretsOf, withoutSecrets } from '../domain/secrets.ts';
import type { VisitIngest, VisitIngestOptions } from '../rpc/visit-ingest.ts';
import type { BotSpeaker } from '../speech/bot-speaker.ts';
import type { Workers } from '../workers/workers.ts';
import {
  endLost,
  endReported,
  endUnanswered,
  ingestOf,
  isLive,
  leavingFor,
  recorded,
  type BotRunState,
} from './bot-run-state.ts';
import { createPacedVoice } from './paced-voice.ts';
import { createRunControl, type RunControl, type RunControlDeps } from './run-control.ts';
import type { RunMetrics } from './run-metrics.ts';

/** What is still to be sent of a recording that somebody else goes on with may take this long. */
const HAND_OVER_MS = 3 * SECOND;
/** A command to leave is obeyed in three seconds; a browser that has not by then is not asked again. */
const OBEY_MS = 10 * SECOND;

export interface BotRunDeps extends Pick<RunControlDeps, 'textToSpeech' | 'openControl'> {
  readonly workers: Pick<Workers, 'place'>;
  readonly openIngest: (assignment: Assignment, options: VisitIngestOptions) => VisitIngest;
  /** Of an address; undefined when there is none to be had. */
  readonly pictureOf: (url: string) => Promise<Picture | undefined>;
  /** Keeps it with the bot; never throws. */
  readonly keepDebugArtifact: (ref: AssignmentRef, debugArtifact: DebugArtifact) => Promise<void>;
  readonly metrics: RunMetrics;
  readonly clock: Clock;
  readonly log: Log;
  /** `at`: when it was, milliseconds since 1970; now where it is not given. */
  readonly report: (event: ReportedEvent, at?: number) => void;
}

/** One bot, from its assignment to its end: the browser's events become reports to the scheduler and batches to the media-streamer. */
export interface BotRun {
  leave(reason: EndReason): void;
  /** Pauses the recording, or has it go on. Reported each time, once it is so. */
  setPaused(isPaused: boolean): void;
  /** The same message again is not sent again. */
  sendChat(message: Message): void;
  /** These are the other bots of this system in the meeting. */
  setOtherBots(bots: readonly OtherBot[]): void;
  /** Whether it is inside, and not on its way out: others hear what it says and see what it shows. */
  readonly isInMeeting: boolean;
  readonly voice: BotVoice;
  readonly speaker: BotSpeaker;
  readonly showImage: RunControl['showImage'];
  /** Leave in good order, but let another joiner go on. */
  handOver(): void;
  /** Leave without a report. */
  revoke(): void;
  /** Resolves when the bot is out, whatever becomes of its recording. */
  readonly ended: Promise<VisitEnd>;
  /** Resolves when there is nothing left to do: the recording is finished as well, or released. */
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
  const { clock, log, metrics, report } = deps;
  const { platform } = assignment.visit;
  const { promise: ended, resolve: reportEnd } = Promise.withResolvers<VisitEnd>();
  const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
  const requested = new Set<string>();
  let artifactKept: Promise<void> | undefined;
  // Its type is not the first state's: what is below changes it.
  let state = { case: 'placed' } as BotRunState;

  let isInside = false;
  let isRecording = false;
  let pause: { readonly isPaused: boolean; readonly at?: number } = { isPaused: assignment.visit.beginsPaused };
  const reportPause = () => report({ seen: 'recording-paused', isPaused: pause.isPaused }, pause.at);

  function openIngest(startedAt: number): VisitIngest {
    const onRecording = () => {
      // Not when the media-streamer answered: every time of the visit counts from this one.
      report({ seen: 'recording-started' }, startedAt);
      isRecording = true;
      if (pause.isPaused) reportPause();
      place.recording();
    };
    const onKeyFrameRequest = (trackId: string) => place.requestKeyFrame(trackId);
    return deps.openIngest(assignment, { startedAt, onRecording, onKeyFrameRequest });
  }

  async function end(ending: Ending, clockMs: number): Promise<void> {
    const ingest = ingestOf(state);
    const at = clock.now();
    voice.end(ending.reason === 'worker-lost' && state.case !== 'leaving' ? 'unavailable' : 'left');
    state = { case: 'ending', ingest };
    const closing = control.end({ isHandedOver: ending.retryable });
    metrics.ended(platform, ending.reason);
    // Another epoch may begin as soon as the end is reported, and then nothing of this one is taken any more.
    if (ending.retryable) await ingest?.revoke(HAND_OVER_MS);
    // The visit is over; its recording waits for the media-streamer, which may wait for a speech vendor.
    const finishing = ending.retryable ? undefined : ingest?.finish(clockMs);
    // Whoever receives the end finds the debug artifact.
    await artifactKept;
    reportEnd({ ending, at, isRecordingPending: finishing !== undefined });
    await Promise.all([finishing, closing]);
    state = { case: 'over' };
    settle();
  }

  function onEvent(event: WorkerEvent): void {
    // A browser that is not waited for any more may still send what it has.
    if (event.case === 'counted') return metrics.count(platform, event.counts);
    if (!isLive(state)) return;
    switch (event.case) {
      case 'knocked':
        return report({ seen: 'knocked' });
      case 'entered':
        isInside = true;
        control.onEntered();
        return report({ seen: 'entered' }, event.at);
      case 'began':
        state = recorded(state, openIngest(event.at));
        return;
      case 'recording-answered':
        return report({ seen: 'recording-answered', isAllowed: event.isAllowed });
      case 'recording-paused':
        pause = event;
        // A recording is paused once it has begun.
        return void (isRecording && reportPause());
      case 'batch':
        control.onBatch(event.batch);
        return ingestOf(state)?.push(event.batch);
      case 'video':
        return ingestOf(state)?.pushVideo(event.batch);
      case 'leaving':
        return report({ seen: 'leaving', reason: event.reason });
      case 'debugArtifact':
        artifactKept = deps.keepDebugArtifact(assignment.ref, event.debugArtifact);
        return;
      case 'chat-sent':
        if (control.onChatSent(event.messageId, event.isSent)) return;
        return report({ seen: 'chat-sent', messageId: event.messageId, isSent: event.isSent });
      case 'voice':
      case 'voice-refused':
      case 'microphone':
        return voice.onReply(event);
      case 'identified':
        return report({ seen: 'identified', ...event.identity });
      case 'ended':
        return void end(endReported(state, withoutPasscode(event.ending, assignment)), event.clockMs);
    }
  }

  const place = deps.workers.place(refKey(assignment.ref), assignment.visit, {
    onEvent,
    onLost: () => void (isLive(state) && end(endLost(state), 0)),
  });

  const voiceMetrics = {
    spoke: (speech: Pick<BotSpeechEnded, 'source' | 'outcome'>) => metrics.spoke(platform, speech),
    ranDry: (times: number) => metrics.ranDry(platform, times),
  };
  const voice = createPacedVoice({ place, report, metrics: voiceMetrics, clock, log });
  const control = createRunControl({ ...deps, assignment, place, voice });

  if (assignment.imageUrl) {
    deps.pictureOf(assignment.imageUrl).then(place.show, (error: unknown) => {
      swallow(log, error, 'a bot without its picture is a bot');
      place.show(undefined);
    });
  }

  function leave(reason: EndReason, isHandedOver = false): void {
    if (!isLive(state)) return;
    const isFirst = state.case !== 'leaving';
    state = leavingFor(state, reason, { isHandedOver });
    if (!isFirst) return;
    place.leave(reason);
    void clock.sleep(OBEY_MS).then(() => {
      if (state.case !== 'leaving') return;
      log.error('browser did not obey');
      place.revoke();
      void end(endUnanswered(state), 0);
    });
  }

  return {
    leave: (reason) => leave(reason),
    sendChat(message) {
      if (requested.has(message.messageId)) return;
      requested.add(message.messageId);
      place.sendChat(message);
    },
    setPaused: (isPaused) => place.setPaused(isPaused),
    setOtherBots(bots) {
      place.setOtherBots(bots);
      control.setOtherBots(bots);
    },
    get isInMeeting() {
      return isInside && isLive(state) && state.case !== 'leaving';
    },
    voice,
    speaker: control.speaker,
    showImage: control.showImage,
    handOver: () => leave('worker-lost', true),
    revoke() {
      const ingest = ingestOf(state);
      state = { case: 'over' };
      place.revoke();
      voice.end('left');
      void control.end({ isHandedOver: true });
      void ingest?.revoke();
      reportEnd({ ending: revoked, at: clock.now(), isRecordingPending: false });
      settle();
    },
    ended,
    settled,
  };
}

/** Of an assignment that is no more: it is reported to nobody. */
const revoked: Ending = { reason: 'worker-lost', detail: 'the assignment was revoked', retryable: true };

/** A page may show what its address carries, and the end of a visit is reported to others than who ordered it. */
function withoutPasscode(ending: Ending, { visit }: Assignment): Ending {
  return { ...ending, detail: withoutSecrets(ending.detail, secretsOf(visit.meetingUrl)) };
}
