import type { EndReason, BotIdentity, OtherBot, SpeechOutcome } from '@earshot/kernel';
import type { Ending, Message, JoinSpec } from '../domain/bot.ts';
import type { MicrophoneState } from '../domain/bot-voice.ts';
import type { DebugArtifact } from '../domain/debug-artifact.ts';
import type { Picture } from '../domain/picture.ts';
import type { IngestBatch } from '../domain/ingest-batch.ts';
import type { VideoBatch } from '../domain/video-batch.ts';
import type { VideoLimits } from '../domain/video-budget.ts';
import type { Looks } from '../platforms/selectors.ts';
import type { Refusals } from './contain-page.ts';
import type { Tap } from '../page-protocol/page-message.ts';
import type { VideoCounts } from './video-collector.ts';

/** How a browser is to be started. */
export interface BrowserConfig {
  /** Empty: Playwright's own, then the system's. */
  readonly chromiumPath: string;
  readonly args: readonly string[];
  /** Through which all traffic goes; empty for none. */
  readonly proxy: string;
  readonly isSandboxed: boolean;
  /** Private hosts, addresses and networks that pages' connections may try. */
  readonly allow: readonly string[];
  /** Hosts to whose terms the operator has agreed. */
  readonly termsAcceptedHosts: readonly string[];
  /** Of each bot's video. */
  readonly video: VideoLimits;
  readonly logLevel: string;
}

/** What a browser's process receives first. */
export interface WorkerConfig extends BrowserConfig {
  /** The folder that everything is written to; removed by whoever is left of joiner and child. */
  readonly home: string;
}

/** From the parent to the process that has the browser. `key` is the bot's `refKey`. */
export type ToWorker =
  | { readonly case: 'configure'; readonly value: WorkerConfig }
  | { readonly case: 'visit'; readonly value: { readonly key: string; readonly visit: JoinSpec } }
  /** What a bot that shows a picture waits for; undefined: there is none after all. */
  | { readonly case: 'picture'; readonly value: { readonly key: string; readonly picture: Picture | undefined } }
  | { readonly case: 'recording'; readonly value: { readonly key: string } }
  | { readonly case: 'send-chat'; readonly value: { readonly key: string; readonly message: Message } }
  /** The next that the bot says, 48 kHz, mono; it sounds behind what was sent before. */
  | { readonly case: 'say'; readonly value: { readonly key: string; readonly pcm: Int16Array } }
  /** Silence at once: what was sent and has not sounded is dropped. `stop` numbers them, from 1. Answered by `voice` with that number. */
  | { readonly case: 'stop-speaking'; readonly value: { readonly key: string; readonly stop: number } }
  /** What the camera shows from now on; undefined: what it showed at first. */
  | { readonly case: 'show-image'; readonly value: { readonly key: string; readonly picture: Picture | undefined } }
  | { readonly case: 'set-paused'; readonly value: { readonly key: string; readonly isPaused: boolean } }
  /** Somebody cannot decode this track of the bot's before its next key frame. */
  | { readonly case: 'key-frame'; readonly value: { readonly key: string; readonly trackId: string } }
  /** The other bots of this system in the meeting, all of them. */
  | { readonly case: 'other-bots'; readonly value: { readonly key: string; readonly bots: readonly OtherBot[] } }
  | { readonly case: 'leave'; readonly value: { readonly key: string; readonly reason: EndReason } }
  /** Leave, without the event `leaving`. */
  | { readonly case: 'revoke'; readonly value: { readonly key: string } }
  /** No bots are left: close the browser and end. */
  | { readonly case: 'retire'; readonly value: Record<string, never> };

/** Encoded frames of receivers, the bot's own view of the page, or nothing. */
export type VideoWay = 'encoded' | 'tab' | 'none';

/** What a visit's taps and selectors came to. */
export interface RunCounts {
  /** Audio tracks by their tap; `refused`: reports of the page, or parts of them, without the known form. */
  readonly taps: Readonly<Record<Exclude<Tap, 'tab'> | 'refused', number>>;
  /** By the candidate's id. */
  readonly selectors: Readonly<Record<string, Looks>>;
  /** By what way video was taken, and what came of it; undefined where nobody wanted it. */
  readonly video: (VideoCounts & { readonly way: VideoWay }) | undefined;
  /** What the page tried beside its meeting and did not get. */
  readonly refusals: Readonly<Refusals>;
}

/** An event of one bot in the browser. */
export type WorkerEvent =
  | { readonly case: 'knocked' }
  /** `at`: by the clock that `began` goes by, milliseconds since 1970. */
  | { readonly case: 'entered'; readonly at: number }
  /** From here on batches are sent. `at`: the zero of the meeting clock, milliseconds since 1970. */
  | { readonly case: 'began'; readonly at: number }
  /** The host was asked whether the bot may record, and answered. */
  | { readonly case: 'recording-answered'; readonly isAllowed: boolean }
  | { readonly case: 'batch'; readonly batch: IngestBatch }
  /** The recording is paused, or goes on, since `at`, by the clock that `began` goes by. Answers `set-paused`, each time. */
  | { readonly case: 'recording-paused'; readonly isPaused: boolean; readonly at: number }
  | { readonly case: 'video'; readonly batch: VideoBatch }
  /**
   * What became of the voice, while there is something to say: samples that sounded since the visit began, those that were sent and did
   * not yet, and how often there was nothing to sound although there was to be. `at`: when it was so, milliseconds since 1970. `stop`:
   * the last that was obeyed by then; zero for none.
   */
  | {
      readonly case: 'voice';
      readonly stop: number;
      readonly soundedSamples: number;
      readonly bufferedSamples: number;
      readonly underruns: number;
      readonly at: number;
    }
  /** Nothing sounds any more of what was sent behind this stop, nor does what still comes, up to the next one. */
  | {
      readonly case: 'voice-refused';
      readonly stop: number;
      readonly outcome: Extract<SpeechOutcome, 'muted' | 'unavailable'>;
    }
  /** Sent when it changes, while the bot has something to say. */
  | { readonly case: 'microphone'; readonly state: MicrophoneState }
  /** By what the others know the bot; sent again when it changes. */
  | { readonly case: 'identified'; readonly identity: BotIdentity }
  /** The greeting has an empty id. */
  | { readonly case: 'chat-sent'; readonly messageId: string; readonly isSent: boolean }
  | { readonly case: 'leaving'; readonly reason: EndReason }
  /** Before the end of a bot that did not get in. */
  | { readonly case: 'debugArtifact'; readonly debugArtifact: DebugArtifact }
  /** Before the end: how the page was tapped and read. */
  | { readonly case: 'counted'; readonly counts: RunCounts }
  /** The last event of a bot. `clockMs`: meeting clock at the end. */
  | { readonly case: 'ended'; readonly ending: Ending; readonly clockMs: number };

export type WorkerMessage =
  | { readonly case: 'ready'; readonly value: Record<string, never> }
  | { readonly case: 'event'; readonly value: { readonly key: string; readonly event: WorkerEvent } };
