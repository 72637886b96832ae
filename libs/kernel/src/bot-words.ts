import type { BotId } from './ids.ts';

/**
 * Where a bot is in its life. scheduled: waits for its time. queued: due, waits for a joiner. joining: a joiner is on the way in.
 * waiting-room: knocked. in-meeting: inside. recording: inside and recording. paused: inside, recording paused. leaving: on the way out. processing: out, recording and transcript being finished. done:
 * everything asked for exists. failed: never got in, or a fault of ours.
 */
export const botStates = [
  'scheduled',
  'queued',
  'joining',
  'waiting-room',
  'in-meeting',
  'recording',
  'paused',
  'leaving',
  'processing',
  'done',
  'failed',
] as const;

export type BotState = (typeof botStates)[number];

/** Why a visit ended; data, never parsed from text. What each means: `EndReason` in the contract. */
export const endReasons = [
  'stop-ordered',
  'everyone-left',
  'no-one-joined',
  'meeting-ended',
  'removed',
  'recording-limit',
  'voice-inactivity',
  'waiting-room-timeout',
  'denied',
  'wrong-link',
  'sign-in-required',
  'blocked',
  'join-failed',
  'worker-lost',
  'recording-denied',
  'only-bots-left',
  'consent-required',
  'name-refused',
] as const;

export type EndReason = (typeof endReasons)[number];

/** When a bot leaves by itself, in seconds. Zero switches that reason off. */
export interface LeavePolicy {
  readonly waitingRoomSeconds: number;
  readonly noOneJoinedSeconds: number;
  readonly everyoneLeftSeconds: number;
  readonly voiceInactivitySeconds: number;
  readonly recordingLimitSeconds: number;
  /** Where the platform lets the host decide about recording: how long the bot stays without being allowed to. */
  readonly recordingDeniedSeconds: number;
  readonly botDetection: BotDetection | undefined;
}

/** By which the bot leaves when nobody but other bots is there. */
export interface BotDetection {
  /** A participant whose name contains one of these, case ignored, is a bot. */
  readonly nameParts: readonly string[];
  /** From the entrance. */
  readonly activateAfterSeconds: number;
  /** How long nobody else must have been there. */
  readonly timeoutSeconds: number;
}

/** One bot in one joiner, under one assignment. */
export interface AssignmentRef {
  readonly botId: BotId;
  readonly epoch: number;
}

/** By what the others in a meeting know a bot; see `Identified` in the contract. */
export interface BotIdentity {
  readonly rosterId: string;
  readonly certificates: readonly string[];
}

/** A bot of this system in the same meeting as another one. */
export interface OtherBot extends BotIdentity {
  readonly name: string;
}
