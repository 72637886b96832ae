import type { EndReason, OtherBot } from '@earshot/kernel';
import type { Message } from '../domain/bot.ts';
import type { RecordingPause } from '../domain/recording-pause.ts';
import type { Picture } from '../domain/picture.ts';

/** What reaches a bot in the browser from outside, as it comes. */
export interface RunControls {
  /** Aborts with an EndReason when the bot shall leave. */
  readonly leave: AbortSignal;
  /** Aborts when the bot shall go without the event `leaving`. */
  readonly revoke: AbortSignal;
  /** What a bot that shows a picture shows. */
  readonly picture: Promise<Picture | undefined>;
  /** To be written into the chat, in this order; taken out as it is. */
  readonly messages: Message[];
  /** While it lasts nothing of the meeting leaves this process but who comes and goes. */
  readonly pause: RecordingPause;
  /** The other bots of this system in the meeting. */
  otherBots: readonly OtherBot[];
  /** Since when the bot's media are recorded, milliseconds since 1970. */
  recordingSince: number | undefined;
  /**
   * Whether the platform's own button is to have the microphone on: from when the bot has something to say until some 15 seconds after
   * the last of it sounded. Where it is looked at, whoever looks emits the event `microphone`.
   */
  wantsMicrophone: boolean;
  /**
   * Called when `wantsMicrophone` becomes true. Set by who presses the button, and answered each time by the event `microphone`, also
   * where it is as it was: what is to be said waits for it, three seconds at most. Where nobody sets it the voice does not wait.
   */
  pressMicrophone?: () => void;
  /** Whether the platform's own button is to have the camera on: there is a picture to show. */
  wantsCamera: boolean;
  /** The next to be said, 48 kHz, mono; set once there is a page. */
  say?: (pcm: Int16Array) => void;
  /** Silence at once; set once there is a page. */
  stopSpeaking?: (stop: number) => void;
  /** What the camera shows; undefined: what it showed at first. Set once there is a page. */
  showImage?: (picture: Picture | undefined) => void;
  /** Asks for a key frame of one of the bot's video tracks; set once there is a page. */
  requestKeyFrame?: (trackId: string) => void;
}

/** Why the bot is commanded to leave; undefined while it is not. */
export function requestedReason({ leave, revoke }: RunControls): EndReason | undefined {
  if (leave.aborted) return leave.reason as EndReason;
  return revoke.aborted ? 'stop-ordered' : undefined;
}
