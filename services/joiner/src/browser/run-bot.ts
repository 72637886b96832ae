import { SECOND, swallow, withTimeout, type Clock, type Log } from '@earshot/kernel';
import type { Ending, JoinSpec } from '../domain/bot.ts';
import type { JoinState } from '../domain/join-state.ts';
import { OwnVoice, type SoundedVoice } from '../domain/own-voice.ts';
import type { VideoBatch } from '../domain/video-batch.ts';
import type { VideoLimits } from '../domain/video-budget.ts';
import { platforms } from '../platforms/platforms.ts';
import { Selectors } from '../platforms/selectors.ts';
import type { MeetingPage, Platform } from '../platforms/platform.ts';
import type { BotPage } from './bot-page.ts';
import { noRefusals } from './contain-page.ts';
import { TAKE_STOPPED_MS, takeDebugArtifact } from './debug-artifact.ts';
import { endingOf } from './endings.ts';
import type { RunCounts, WorkerEvent } from './ipc.ts';
import { MediaCollector } from './media-collector.ts';
import { PageDevices } from './page-devices.ts';
import { pageError } from './page-error.ts';
import type { PageOpenQueue } from './page-open-queue.ts';
import { PageVoice } from './page-voice.ts';
import { requestedReason, type RunControls } from './run-controls.ts';
import { runInMeeting, type Outcome } from './run-in-meeting.ts';
import { showImages } from './show-images.ts';
import { VideoCollector, type VideoCollectorDeps } from './video-collector.ts';

/** The fetch has a limit of its own, below this one. */
const PICTURE_MS = 8 * SECOND;
/** A stop has three seconds in all; the rest is for closing the page. */
const LEAVE_CLICK_MS = 800;
/** What a page's last sound may take on its way, beside its turn. */
const SOUND_GRACE_MS = 100;

export interface RunBotDeps {
  readonly pageOpenQueue: PageOpenQueue;
  /** Gets each join state that was seen, believed or not; it is reported to nobody else. */
  readonly onJoinState?: (state: JoinState) => void;
  /** Hosts to whose terms the operator has agreed; none where it is not given. */
  readonly termsAcceptedHosts?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly emit: (event: WorkerEvent) => void;
  /** Of each bot's video; undefined where none is taken. */
  readonly videoLimits?: VideoLimits;
  /** Emits what is of video; answers whether there was room for it. */
  readonly emitVideo?: (batch: VideoBatch) => boolean;
}

/** One bot in the browser, and what it has there. */
interface Stay {
  readonly visit: JoinSpec;
  readonly controls: RunControls;
  readonly collector: MediaCollector;
  readonly video: VideoCollector | undefined;
  readonly devices: PageDevices;
}

/** The life of one bot in the browser, from the link to the end; emits its events as they come, `ended` last. */
export async function runBot(deps: RunBotDeps, visit: JoinSpec, controls: RunControls): Promise<void> {
  const { clock, log } = deps;
  const emit = (event: WorkerEvent) => {
    if (event.case === 'microphone') voice.hasMicrophone(event.state);
    deps.emit(event);
  };
  const platform = platforms[visit.platform];
  if (!platform) {
    const ending: Ending = { reason: 'join-failed', detail: 'platform not supported yet', retryable: false };
    return deps.emit({ case: 'ended', ending, clockMs: 0 });
  }
  const { pause } = controls;
  const collector = new MediaCollector({ clock, log, pause, onBatch: (batch) => emit({ case: 'batch', batch }) });
  const ownVoice = new OwnVoice();
  const onSounded = (sounded: SoundedVoice) => collector.noteOwnVoice(ownVoice.take(sounded));
  const voice = new PageVoice({ controls, clock, emit: deps.emit, onSounded });
  const devices = new PageDevices(voice);
  const selectors = new Selectors();
  let botPage: BotPage | undefined;
  const video = visit.takesVideo
    ? collectVideo(deps, collector, {
        askForKeyFrame: (document, track) => botPage?.askForKeyFrame(document, track),
        captureTab: platform.marks.undecodedTiles && (() => botPage?.captureTab()),
      })
    : undefined;
  controls.requestKeyFrame = (trackId) => video?.requestKeyFrame(trackId);
  controls.say = (pcm) => voice.say(pcm);
  controls.stopSpeaking = (stop) => voice.stop(stop);
  controls.showImage = showImages({ visit, controls, devices, log, pageOf: () => botPage });
  const stay: Stay = { visit, controls, collector, video, devices };
  let ending: Ending;
  try {
    botPage = await openPage(deps, platform, stay);
    const { meetingUrl, botName } = visit;
    const page = platform.createPage({
      ...{ page: botPage.page, media: collector.media, selectors, meetingUrl, botName },
      wantsCamera: () => controls.wantsCamera,
      termsAcceptedHosts: deps.termsAcceptedHosts ?? [],
    });
    const { onJoinState } = deps;
    const outcome = await runInMeeting({ ...stay, clock, log, emit, onJoinState, page, botPage });
    ending = outcome.ending;
    await goOut(deps, stay, { ...outcome, page, botPage });
  } catch (error) {
    const requested = requestedReason(controls);
    if (!requested) log.warn('visit failed', { error: pageError(error) });
    ending = requested ? endingOf(requested) : { ...endingOf('worker-lost'), detail: 'the browser failed' };
    if (!botPage) reportLeaving(deps, controls, ending);
  }
  voice.end();
  const clockMs = collector.flush();
  video?.end();
  await botPage?.close();
  const refusals = botPage?.refusals ?? noRefusals();
  const counts = { taps: collector.counts, selectors: selectors.counts(), refusals, video: countsOf(video) };
  log.info('visit over', { reason: ending.reason, ...counts });
  emit({ case: 'counted', counts });
  emit({ case: 'ended', ending, clockMs });
}

/** A page of its own, with the picture that the bot is to show, if that comes in time. */
async function openPage(
  { pageOpenQueue, log }: RunBotDeps,
  { marks }: Platform,
  { visit, controls, collector, video, devices }: Stay,
): Promise<BotPage> {
  const { botName, flushIntervalMs } = visit;
  const interrupt = AbortSignal.any([controls.leave, controls.revoke]);
  const picture = visit.showsPicture
    ? await withTimeout(controls.picture, { timeoutMs: PICTURE_MS, signal: interrupt }).catch(() => undefined)
    : undefined;
  const onMessage = (payload: string) => {
    collector.collect(payload);
    video?.retry();
  };
  const onVideo = video && ((bytes: Buffer) => video.collect(bytes));
  return pageOpenQueue.open({ marks, botName, picture, flushIntervalMs, log, onMessage, onVideo, devices }, interrupt);
}

/** Shows what a bot saw that did not get in, and leaves the meeting as a person does, where the page still can. */
async function goOut(
  deps: RunBotDeps,
  { visit, controls, collector, video }: Stay,
  { ending, hasEntered, page, botPage }: Outcome & { readonly page: MeetingPage; readonly botPage: BotPage },
): Promise<void> {
  const { clock, log, emit } = deps;
  const { reason } = ending;
  // Whoever is handed over has not failed.
  const isSentAway = controls.revoke.aborted || (controls.leave.aborted && ending.retryable);
  if (!hasEntered && !isSentAway && !botPage.gone.aborted) {
    const timeoutMs = controls.leave.aborted ? TAKE_STOPPED_MS : undefined;
    const taken = await takeDebugArtifact(botPage.page, { meetingUrl: visit.meetingUrl, timeoutMs, clock, log });
    emit({ case: 'debugArtifact', debugArtifact: { reason, ...taken } });
  }
  reportLeaving(deps, controls, ending);
  if (botPage.gone.aborted || reason === 'worker-lost') return;
  // Before the entrance nothing was received that could be on its way.
  if (hasEntered) {
    const timeoutMs = visit.flushIntervalMs + SOUND_GRACE_MS;
    await withTimeout(collector.untilFlushed(), { timeoutMs }).catch((error: unknown) =>
      swallow(log, error, 'the page has ended'),
    );
  }
  video?.end();
  await withTimeout(page.leave(), { timeoutMs: LEAVE_CLICK_MS }).catch((error: unknown) =>
    swallow(log, error, 'closing leaves as well'),
  );
}

/** Who is to come back is not on the way out. */
function reportLeaving({ emit }: RunBotDeps, { revoke }: RunControls, { reason, retryable }: Ending): void {
  if (!revoke.aborted && !retryable) emit({ case: 'leaving', reason });
}

function collectVideo(
  { clock, videoLimits: limits, emitVideo: onBatch }: RunBotDeps,
  collector: MediaCollector,
  page: Pick<VideoCollectorDeps, 'askForKeyFrame' | 'captureTab'>,
): VideoCollector | undefined {
  return limits && onBatch && new VideoCollector({ clock, collector, limits, onBatch, ...page });
}

function countsOf(video: VideoCollector | undefined): RunCounts['video'] {
  const counts = video?.counts();
  return counts && { ...counts, way: counts.isFilmed ? 'tab' : counts.frames > 0 ? 'encoded' : 'none' };
}
