import { swallow, withTimeout, type Clock, type Log } from '@earshot/kernel';
import type { Ending, JoinSpec } from '../domain/bot.ts';
import type { JoinState } from '../domain/join-state.ts';
import {
  ANSWER_MS,
  collectingSince,
  pauseMs,
  startRun,
  type MeetingRun,
  type Snapshot,
} from '../domain/meeting-run.ts';
import { APPROACH_MS, step } from '../domain/step-run.ts';
import type { MeetingPage } from '../platforms/platform.ts';
import type { BotPage } from './bot-page.ts';
import { endingOf } from './endings.ts';
import type { WorkerEvent } from './ipc.ts';
import type { MediaCollector } from './media-collector.ts';
import { MeetingEffects } from './meeting-effects.ts';
import { pageError } from './page-error.ts';
import { requestedReason, type RunControls } from './run-controls.ts';
import type { VideoCollector } from './video-collector.ts';

export interface RunInMeetingDeps {
  readonly visit: JoinSpec;
  readonly controls: RunControls;
  readonly page: MeetingPage;
  readonly botPage: BotPage;
  readonly collector: MediaCollector;
  /** Undefined where nobody wants the participants' video. */
  readonly video?: VideoCollector | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly emit: (event: WorkerEvent) => void;
  /** Gets each join state that was seen, believed or not. */
  readonly onJoinState?: ((state: JoinState) => void) | undefined;
}

export interface Outcome {
  readonly ending: Ending;
  readonly hasEntered: boolean;
}

/** Looks, steps, does what the step has decided, pauses: until there is a reason to leave. */
export async function runInMeeting(deps: RunInMeetingDeps): Promise<Outcome> {
  const { visit, controls, page, botPage, collector, clock, log } = deps;
  const interrupt = AbortSignal.any([controls.leave, controls.revoke, botPage.gone]);
  const ask = <T>(question: Promise<T>) => withTimeout(question, { timeoutMs: ANSWER_MS, signal: interrupt });
  const effects = new MeetingEffects({ ...deps, ask });
  let run = startRun(clock.now()) as MeetingRun;
  // A voice waits for it: not until the next look.
  controls.pressMicrophone = () => void (run.case === 'inside' && effects.pressMicrophone());

  async function take(snapshot: Snapshot): Promise<void> {
    const next = step(run, snapshot, { now: clock.now(), policy: visit.leave });
    run = next.run;
    for (const effect of next.effects) {
      const answer = await effects.perform(effect);
      if (answer !== undefined) await take({ case: 'permission', answer, isRecording: isRecording() });
    }
  }
  const isRecording = () => controls.recordingSince !== undefined;
  const isLoadFailed = () => botPage.page.url().startsWith('chrome-error:');

  async function look(): Promise<void> {
    // Not while the page's input may be needed to ask to record.
    if (collectingSince(run) !== undefined) effects.startReading();
    const joinState = isLoadFailed() ? 'network' : await ask(page.joinState());
    deps.onJoinState?.(joinState);
    const isUnderWay = page.isUnderWay?.() === true;
    await take({
      ...{ case: 'join-state', joinState, isUnderWay },
      ...{ isLoadFailed: isLoadFailed(), isRecording: isRecording() },
    });
  }

  await withTimeout(effects.open(), { timeoutMs: APPROACH_MS / 2, signal: interrupt }).catch(() => {});
  for (;;) {
    const askedAt = clock.now();
    let isAnswered = true;
    try {
      await look();
    } catch (error) {
      isAnswered = false;
      if (!interrupt.aborted) swallow(log, pageError(error), 'the next look may succeed');
    }
    await take({
      ...{ case: 'turn-over', requested: requestedReason(controls), isGone: botPage.gone.aborted },
      ...{ recordingSince: controls.recordingSince, occupancy: effects.occupancy },
      lastVoiceAt: collector.lastVoiceAt,
    });
    if (run.case === 'ended') {
      effects.end();
      const { reason, admission, hasEntered } = run;
      return { ending: endingOf(reason, { admission, words: page.entranceWords?.() ?? '' }), hasEntered };
    }
    // Waiting in vain for an answer was pause enough.
    const restMs = isAnswered ? pauseMs(run) : Math.max(0, pauseMs(run) - (clock.now() - askedAt));
    await clock.sleep(restMs, interrupt).catch(() => {});
  }
}
