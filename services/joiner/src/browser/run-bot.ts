import { SECOND, swallow, withTimeout, type Clock, type Log } from '@earshot/kernel';
import { firstReason } from '../domain/leave-reasons.ts';
import type { Ending, EndReason, Message, OtherBot, JoinSpec } from '../domain/bot.ts';
import type { JoinState } from '../domain/join-state.ts';
import { AdmissionTracker } from '../domain/admission-tracker.ts';
import type { Picture } from '../domain/picture.ts';
import { platforms } from '../platforms/platforms.ts';
import { Selectors } from '../platforms/selectors.ts';
import type { MeetingPage, PageDeps, Platform } from '../platforms/platform.ts';
import { PageLoader, pageError } from './page-loader.ts';
import type { BotPage } from './bot-page.ts';
import { noRefusals } from './contain-page.ts';
import { CaptionWatch } from './caption-watch.ts';
import { ChatSender } from './chat-sender.ts';
import { endingOf } from './endings.ts';
import { TAKE_STOPPED_MS, takeDebugArtifact } from './debug-artifact.ts';
import { MediaCollector } from './media-collector.ts';
import type { WorkerEvent } from './ipc.ts';
import { MeetingObserver } from './meeting-observer.ts';
import type { PageOpenQueue } from './page-open-queue.ts';
import { PermissionWatch } from './permission-watch.ts';

const LOOK_OUTSIDE_MS = SECOND / 4;
const LOOK_INSIDE_MS = SECOND;
/** For one answer. Two in a row that do not come in the meeting make a dead page. */
const PATIENCE_MS = 3 * SECOND;
/** The fetch has a limit of its own, below this one. */
const PICTURE_MS = 8 * SECOND;
/** How long the way in may take, the lobby not counted. */
const APPROACH_MS = 60 * SECOND;
/**
 * A page that has not answered for this long is taken for dead: on the way in, where it loads, and in the meeting, where
 * it is noticed within ten seconds: a pause, two answers that do not come, and two seconds for closing it.
 */
const UNRESPONSIVE_OUTSIDE_MS = 30 * SECOND;
const UNRESPONSIVE_INSIDE_MS = 1.9 * PATIENCE_MS;
/** A stop has three seconds in all; the rest is for closing the page. */
const LEAVE_CLICK_MS = 800;

/** What a page's last sound may take on its way, beside its turn. */
const SOUND_GRACE_MS = 100;

export interface RunControls {
  /** Aborts with an EndReason when the bot shall leave. */
  readonly leave: AbortSignal;
  /** Aborts when the bot shall go without the event `leaving`. */
  readonly revoke: AbortSignal;
  /** What a bot that shows a picture shows. */
  readonly picture: Promise<Picture | undefined>;
  /** To be written into the chat, in this order; taken out as it is. */
  readonly messages: Message[];
  /** The other bots of this system in the meeting. */
  otherBots: readonly OtherBot[];
  /** Since when the bot's media are recorded, milliseconds since 1970. */
  recordingSince: number | undefined;
}

/** Receives what is reported to nobody else. */
export interface JoinStateListener {
  /** Each join state that was seen, believed or not. */
  saw(state: JoinState): void;
}

export interface RunBotDeps {
  readonly pageOpenQueue: PageOpenQueue;
  readonly listener?: JoinStateListener;
  /** Hosts to whose terms the operator has agreed; none where it is not given. */
  readonly termsAcceptedHosts?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly tell: (event: WorkerEvent) => void;
}

/** The life of one bot in the browser, from the link to the end; sends its events as they come, `ended` last. */
export async function runBot(deps: RunBotDeps, visit: JoinSpec, controls: RunControls): Promise<void> {
  const { clock, log, tell, pageOpenQueue } = deps;
  const platform = platforms[visit.platform];
  if (!platform) {
    const ending: Ending = { reason: 'join-failed', detail: 'platform not supported yet', retryable: false };
    return tell({ case: 'ended', ending, clockMs: 0 });
  }
  const onBatch = (batch: Extract<WorkerEvent, { case: 'batch' }>['batch']) => tell({ case: 'batch', batch });
  const collector = new MediaCollector({ clock, log, onBatch });
  const selectors = new Selectors();
  // Who is to come back is not on the way out.
  const tellLeaving = ({ reason, retryable }: Ending) => {
    if (!controls.revoke.aborted && !retryable) tell({ case: 'leaving', reason });
  };
  let botPage: BotPage | undefined;
  let ending: Ending;
  try {
    const { marks } = platform;
    const onMessage = (payload: string) => collector.collect(payload);
    const told = AbortSignal.any([controls.leave, controls.revoke]);
    const awaited = visit.showsPicture ? controls.picture : undefined;
    const picture = await (awaited &&
      withTimeout(awaited, { timeoutMs: PICTURE_MS, signal: told }).catch(() => undefined));
    const { botName, flushIntervalMs } = visit;
    botPage = await pageOpenQueue.open({ marks, botName, picture, flushIntervalMs, log, onMessage }, told);
    const { termsAcceptedHosts = [] } = deps;
    const page = createPage(platform, { botPage, collector, selectors, visit, termsAcceptedHosts });
    const outcome = await runInMeeting(deps, { visit, controls, page, botPage, collector });
    ending = outcome.ending;
    const { reason } = ending;
    // Whoever is handed over has not failed.
    const isSentAway = controls.revoke.aborted || (told.aborted && ending.retryable);
    if (!outcome.hasEntered && !isSentAway && !botPage.gone.aborted) {
      const timeoutMs = controls.leave.aborted ? TAKE_STOPPED_MS : undefined;
      const seen = await takeDebugArtifact(botPage.page, { meetingUrl: visit.meetingUrl, timeoutMs, clock, log });
      tell({ case: 'debugArtifact', debugArtifact: { reason, ...seen } });
    }
    tellLeaving(ending);
    if (!botPage.gone.aborted && reason !== 'worker-lost') {
      // Before the entrance nothing was received that could be on its way.
      if (outcome.hasEntered) {
        const toldMs = flushIntervalMs + SOUND_GRACE_MS;
        await withTimeout(collector.untilTold(), { timeoutMs: toldMs }).catch((error: unknown) =>
          swallow(log, error, 'the page has ended'),
        );
      }
      await withTimeout(page.leave(), { timeoutMs: LEAVE_CLICK_MS }).catch((error: unknown) =>
        swallow(log, error, 'closing leaves as well'),
      );
    }
  } catch (error) {
    const requested = requestedReason(controls);
    if (!requested) log.warn('visit failed', { error: pageError(error) });
    ending = requested ? endingOf(requested) : { ...endingOf('worker-lost'), detail: 'the browser failed' };
    if (!botPage) tellLeaving(ending);
  }
  const clockMs = collector.flush();
  await botPage?.close();
  const refusals = botPage?.refusals ?? noRefusals();
  const counts = { taps: collector.counts, selectors: selectors.counts(), refusals };
  log.info('visit over', { reason: ending.reason, ...counts });
  tell({ case: 'counted', counts });
  tell({ case: 'ended', ending, clockMs });
}

function createPage(
  platform: Platform,
  {
    botPage,
    collector,
    visit,
    ...deps
  }: { botPage: BotPage; collector: MediaCollector; visit: JoinSpec } & Pick<
    PageDeps,
    'selectors' | 'termsAcceptedHosts'
  >,
): MeetingPage {
  const { meetingUrl, botName, showsPicture } = visit;
  return platform.createPage({
    page: botPage.page,
    media: collector.media,
    meetingUrl,
    botName,
    showsPicture,
    ...deps,
  });
}

interface MeetingRun {
  readonly visit: JoinSpec;
  readonly controls: RunControls;
  readonly page: MeetingPage;
  readonly botPage: BotPage;
  readonly collector: MediaCollector;
}

/** Looks, checks, pauses, until there is a reason to leave. */
async function runInMeeting(
  { clock, log, tell, listener }: RunBotDeps,
  run: MeetingRun,
): Promise<{ ending: Ending; hasEntered: boolean }> {
  const { visit, controls, page, botPage, collector } = run;
  const interrupt = AbortSignal.any([controls.leave, controls.revoke, botPage.gone]);
  const ask = <T>(question: Promise<T>) => withTimeout(question, { timeoutMs: PATIENCE_MS, signal: interrupt });
  const admission = new AdmissionTracker();
  const botNameParts = visit.leave.botDetection?.nameParts ?? [];
  const { showsPicture } = visit;
  const listsEverybody = platforms[visit.platform]?.listsEverybody ?? false;
  const chatSender = new ChatSender({ page, greeting: visit.chatMessage, messages: controls.messages, tell, log });
  const inside = new MeetingObserver({
    page,
    collector,
    clock,
    log,
    tell,
    controls,
    showsPicture,
    listsEverybody,
    botNameParts,
  });
  const idOf = (name: string) => inside.idOf(name);
  const captions = visit.readsCaptions ? new CaptionWatch({ page, collector, log, idOf }) : undefined;
  const permission = new PermissionWatch({ page, clock, tell, begin });
  let collectingSince: number | undefined;
  let waitingSince: number | undefined;
  let enteredAt: number | undefined;
  let approachedMs = 0;
  let lookedAt = clock.now();
  let answeredAt = lookedAt;

  const because = (reason: EndReason) => {
    captions?.end();
    const ending = endingOf(reason, { admission: admission.believed, words: page.entranceWords?.() ?? '' });
    return { ending, hasEntered: enteredAt !== undefined };
  };
  function begin(): void {
    collectingSince = clock.now();
    collector.begin(collectingSince);
    tell({ case: 'began', at: collectingSince });
  }

  const loader = new PageLoader({ page: botPage.page, meeting: page, clock, log });
  await withTimeout(loader.open(), { timeoutMs: APPROACH_MS / 2, signal: interrupt }).catch(() => {});
  for (;;) {
    const askedAt = clock.now();
    let isAnswered = true;
    try {
      // Asked in one turn with the join state: one trip to the page; not while its input may be needed to ask to record.
      const seeing = collectingSince === undefined ? undefined : inside.see();
      // What became of it is asked below, unless the visit is over.
      seeing?.catch(() => {});
      const looked = loader.isFailed() ? 'network' : await ask(page.joinState());
      listener?.saw(looked);
      const state = admission.look(looked, clock.now());
      answeredAt = clock.now();
      if (enteredAt === undefined) await ask(loader.reloadIfNeeded(state));
      if (state === 'name' && enteredAt === undefined) await ask(page.fillNameAndKnock());
      if (state === 'waiting' && waitingSince === undefined) {
        waitingSince = clock.now();
        tell({ case: 'knocked' });
      }
      if (state === 'admitted' && enteredAt === undefined) {
        enteredAt = clock.now();
        tell({ case: 'entered', at: enteredAt });
      }
      if (state === 'admitted') {
        await ask(permission.look());
        // The bot's greeting may help whoever is asked.
        const mayGreet = controls.recordingSince !== undefined || permission.unpermittedSince !== undefined;
        if (mayGreet) chatSender.look();
        await ask(inside.look(await ask(seeing ?? inside.see())));
        if (captions && collectingSince !== undefined) await ask(captions.look());
      }
    } catch (error) {
      isAnswered = false;
      if (!interrupt.aborted) swallow(log, pageError(error), 'the next look may succeed');
    }
    const now = clock.now();
    const limit = enteredAt === undefined ? UNRESPONSIVE_OUTSIDE_MS : UNRESPONSIVE_INSIDE_MS;
    if (botPage.gone.aborted || now - answeredAt > limit) return because('worker-lost');
    const reason = firstReason({
      now,
      policy: visit.leave,
      requested: requestedReason(controls),
      admission: admission.believed,
      waitingSince,
      enteredAt,
      collectingSince,
      recordingSince: controls.recordingSince,
      unpermittedSince: permission.unpermittedSince,
      ...inside.occupancy,
      lastVoiceAt: collector.lastVoiceAt,
    });
    if (reason) return because(reason);
    if (enteredAt === undefined && admission.believed !== 'waiting') approachedMs += now - lookedAt;
    if (approachedMs >= APPROACH_MS) return because('join-failed');
    lookedAt = now;
    const pauseMs = enteredAt === undefined ? LOOK_OUTSIDE_MS : LOOK_INSIDE_MS;
    // Waiting in vain for an answer was pause enough.
    const restMs = isAnswered ? pauseMs : Math.max(0, pauseMs - (clock.now() - askedAt));
    await clock.sleep(restMs, interrupt).catch(() => {});
  }
}

function requestedReason({ leave, revoke }: RunControls): EndReason | undefined {
  if (leave.aborted) return leave.reason as EndReason;
  return revoke.aborted ? 'stop-ordered' : undefined;
}
