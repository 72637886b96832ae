import type {
  AccountId,
  BotId,
  BotState,
  EndReason,
  JoinerId,
  LeavePolicy,
  MediaPlan,
  Platform,
  TranscriptId,
  TranscriptionPlan,
  BotSpeechEnded,
  BotSpeechStarted,
} from '@earshot/kernel';

export interface ParticipantHook {
  readonly url: string;
  readonly onJoin: boolean;
  readonly onLeave: boolean;
  readonly onSpeech: boolean;
  readonly onSpeechOff: boolean;
  readonly onChat: boolean;
}

export interface Destinations {
  readonly lifecycleUrl: string;
  readonly callbackVersion: string;
  readonly liveTranscriptWebhookUrl: string;
  readonly liveTranscriptSocketUrl: string;
  readonly liveAudioSocketUrl: string;
  readonly liveVideoSocketUrl: string;
  readonly controlSocketUrl: string;
  readonly participantHooks: readonly ParticipantHook[];
}

/** What is fixed when a bot is ordered. */
export interface BotSpec {
  readonly platform: Platform;
  readonly meetingUrl: string;
  readonly botName: string;
  /** Milliseconds since 1970; undefined: as soon as possible. */
  readonly joinAt: number | undefined;
  readonly chatMessage: string;
  readonly imageUrl: string;
  /** What is made of the visit beside the mix of its audio. */
  readonly media: MediaPlan;
  readonly leave: LeavePolicy;
  /** Undefined when nothing is transcribed. */
  readonly speech: TranscriptionPlan | undefined;
  readonly destinations: Destinations;
  readonly retentionHours: number;
  readonly attributesJson: string;
  readonly requestJson: string;
  /** Which meeting the link leads to, in one spelling; empty where it is not known. */
  readonly meeting: string;
}

export interface TimelineEntry {
  readonly state: BotState;
  readonly at: number;
}

/** One visit of one meeting. Times are milliseconds since 1970. */
export interface Bot {
  readonly botId: BotId;
  readonly accountId: AccountId;
  readonly transcriptId: TranscriptId | undefined;
  readonly spec: BotSpec;
  readonly state: BotState;
  readonly endReason: EndReason | undefined;
  readonly detail: string;
  readonly stopRequested: boolean;
  /** Whether the recording is to be paused. */
  readonly pauseRequested: boolean;
  /** The last report of a pause, or of its end, that was applied, among those of this assignment; 0 for none. */
  readonly pauseSequence: number;
  readonly createdAt: number;
  readonly enteredAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly erasedAt: number | undefined;
  /** Of an erased bot whose last callback is still to be sent. */
  readonly lastCallback: LastCallback | undefined;
  /** Which API key ordered it: an id, never the key; undefined where that is not known. */
  readonly orderedByKey: string | undefined;
  /** W3C trace context of the request that ordered it; undefined where nobody traces. */
  readonly traceparent: string | undefined;
  readonly timeline: readonly TimelineEntry[];
  /** Which assignment this is; grows with each claim. */
  readonly epoch: number;
  readonly joinerId: JoinerId | undefined;
  /** The last answer to the bot's request for permission to record. */
  readonly recordingPermission: RecordingPermission | undefined;
  /** Whether its chat message could not be written. */
  readonly isGreetingUnsent: boolean;
  /** How many other messages could not. */
  readonly unsentMessages: number;
  /** What is made of its visit, as far as that is settled while something else is waited for. */
  readonly outcomes: Outcomes;
}

/** A visit that has ended, as those who plan its erasure see it. */
export type EndedBot = Pick<Bot, 'botId' | 'state'> & { readonly endedAt: number; readonly retentionHours: number };

/** What the callback about the erasure is made of; kept until that is stored with the notifier. */
export interface LastCallback {
  readonly lifecycleUrl: string;
  readonly callbackVersion: string;
  readonly attributesJson: string;
}

export type RecordingPermission = 'allowed' | 'denied';

/** The event that is published: a bot entered a state, or was answered whether it may record. */
export interface BotStateChanged {
  readonly kind: 'entered' | 'recording-answered';
  readonly bot: Bot;
  readonly at: number;
  readonly firstTime: boolean;
  /** Of a bot that is done: what became of its transcript, if one was made or failed. */
  readonly transcript?: TranscriptOutcome | undefined;
  /** Of a bot that is done: why its video could not be composed; empty otherwise. */
  readonly videoFailure?: string;
  /** Of a recording: it goes on after a pause. */
  readonly isUnpaused?: boolean | undefined;
  /** Of a bot whose visit is over: its joiner still sends what was recorded. */
  readonly isRecordingPending?: boolean | undefined;
}

/** The event that is published: what a bot says in its meeting. */
export interface BotSpoke {
  readonly kind: 'speech-started' | 'speech-ended';
  readonly bot: Bot;
  readonly at: number;
  readonly speech: BotSpeechStarted | BotSpeechEnded;
}

export interface TranscriptOutcome {
  /** Why there is none; empty when there is one. */
  readonly failure: string;
  /** Recorded speech that is not among its words, milliseconds. */
  readonly missedMs: number;
}

/** What became of each thing that a bot waits for before it is done; absent while it is not settled. */
export interface Outcomes {
  /** `skipped`: there was nothing to transcribe. */
  readonly transcript?: TranscriptOutcome | 'skipped';
  /** `failure`: why there is none that was to be; empty where there is one, or nothing to make it of. */
  readonly video?: { readonly failure: string };
}
