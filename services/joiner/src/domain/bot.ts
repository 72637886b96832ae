import type {
  AccountId,
  AssignmentRef,
  BotSpeechEnded,
  BotSpeechStarted,
  EndReason,
  BotIdentity,
  LeavePolicy,
  MediaPlan,
  OtherBot,
  Platform,
  TranscriptionPlan,
} from '@earshot/kernel';

/** What the browser side needs to take a bot into its meeting. */
export interface JoinSpec {
  readonly platform: Platform;
  /** May carry a passcode: never logged. */
  readonly meetingUrl: string;
  readonly botName: string;
  /** Posted to the meeting's chat once recording; empty for none. */
  readonly chatMessage: string;
  /** Whether the bot has its camera on, with a picture that follows; else the camera, where a page has it on, shows its name. */
  readonly showsPicture: boolean;
  /** Whether the meeting's own captions are read: they are the transcript. */
  readonly readsCaptions: boolean;
  /** How often received sound is flushed from the page, milliseconds. */
  readonly flushIntervalMs: number;
  /** Whether the participants' video is taken out of the page. */
  readonly takesVideo: boolean;
  /** Whether the recording begins paused: the bot goes on for one that was. */
  readonly beginsPaused: boolean;
  readonly leave: LeavePolicy;
}

/** A bot as it was assigned. */
export interface Assignment {
  readonly ref: AssignmentRef;
  readonly accountId: AccountId;
  /** Empty when nothing is transcribed. */
  readonly transcriptId: string;
  readonly liveAudioSocketUrl: string;
  /** Where the bot's control socket connects to; empty for nowhere. */
  readonly controlSocketUrl: string;
  readonly media: MediaPlan;
  /** Of the picture the bot shows; empty for none. */
  readonly imageUrl: string;
  /** Undefined when nothing is transcribed. */
  readonly speech: TranscriptionPlan | undefined;
  readonly visit: JoinSpec;
}

/** What the bot is to write into the meeting's chat. */
export interface Message {
  readonly messageId: string;
  readonly text: string;
}

/** How a visit ended. */
export interface Ending {
  readonly reason: EndReason;
  /** For a person to understand it; may end with the page's own words: logged only under `pii.`. */
  readonly detail: string;
  /** Another joiner may take the bot in again while the meeting lasts. */
  readonly retryable: boolean;
}

/** Desired state, from the scheduler: repeated until it is so. */
export type Command =
  | { readonly kind: 'assign'; readonly assignment: Assignment }
  | { readonly kind: 'leave'; readonly ref: AssignmentRef; readonly reason: EndReason }
  | { readonly kind: 'revoke'; readonly ref: AssignmentRef }
  | { readonly kind: 'set-paused'; readonly ref: AssignmentRef; readonly isPaused: boolean }
  | { readonly kind: 'send-chat'; readonly ref: AssignmentRef; readonly message: Message }
  | { readonly kind: 'other-bots'; readonly ref: AssignmentRef; readonly bots: readonly OtherBot[] };

/** What is reported of a bot. */
export type ReportedEvent =
  | { readonly seen: 'knocked' | 'entered' | 'recording-started' }
  | { readonly seen: 'recording-answered'; readonly isAllowed: boolean }
  | { readonly seen: 'recording-paused'; readonly isPaused: boolean }
  /** The bot's greeting has an empty id. */
  | { readonly seen: 'chat-sent'; readonly messageId: string; readonly isSent: boolean }
  | ({ readonly seen: 'identified' } & BotIdentity)
  | ({ readonly seen: 'speech-started' } & BotSpeechStarted)
  | ({ readonly seen: 'speech-ended' } & BotSpeechEnded)
  | { readonly seen: 'leaving'; readonly reason: EndReason }
  // The recording is pending while the joiner still sends it.
  | ({ readonly seen: 'ended'; readonly isRecordingPending: boolean } & Ending);

/** An assignment as a key of maps. */
export function refKey({ botId, epoch }: AssignmentRef): string {
  return `${botId}:${epoch}`;
}
