import { SECOND, type EndReason } from '@earshot/kernel';
import { nothingSeen, type Admission } from './admission-tracker.ts';
import type { JoinState } from './join-state.ts';
import type { Occupancy } from './occupancy.ts';
import { startLoad, type PageLoad } from './page-load.ts';
import type { Permission, RecordingPermission } from './recording-permission.ts';

/** For one answer of a page. Two in a row that do not come in the meeting make a dead page. */
export const ANSWER_MS = 3 * SECOND;
const LOOK_OUTSIDE_MS = SECOND / 4;
const LOOK_INSIDE_MS = SECOND;

/** A bot in its meeting, from the link to the end. Times are milliseconds since 1970. */
export type MeetingRun = Approaching | Waiting | Inside | Ended;

interface Living {
  readonly admission: Admission;
  /** When the page last answered. */
  readonly answeredAt: number;
}
interface Outside extends Living {
  readonly load: PageLoad;
  /** How long the way in has taken, the lobby not counted, until `countedAt`. */
  readonly approachedMs: number;
  readonly countedAt: number;
}
/** Between the link and the entrance; no knock is known of. */
export interface Approaching extends Outside {
  readonly case: 'approaching';
}
/** It has knocked. The page may still show something else again. */
export interface Waiting extends Outside {
  readonly case: 'waiting';
  readonly since: number;
}
export interface Inside extends Living {
  readonly case: 'inside';
  readonly enteredAt: number;
  readonly permission: Permission;
}
export interface Ended {
  readonly case: 'ended';
  readonly reason: EndReason;
  /** The join state that was believed last. */
  readonly admission: JoinState;
  readonly hasEntered: boolean;
}

/** What the run goes by, as it is learnt: at least one of each turn is `turn-over`. */
export type Snapshot =
  | {
      readonly case: 'join-state';
      readonly joinState: JoinState;
      /** Whether the browser's own page about a failed network stands where the meeting should. */
      readonly isLoadFailed: boolean;
      /** Whether something has come of the knock. */
      readonly isUnderWay: boolean;
      readonly isRecording: boolean;
    }
  | { readonly case: 'permission'; readonly answer: RecordingPermission; readonly isRecording: boolean }
  | {
      readonly case: 'turn-over';
      /** Why the bot is commanded to leave. */
      readonly requested: EndReason | undefined;
      /** Whether the page has crashed or closed. */
      readonly isGone: boolean;
      readonly recordingSince: number | undefined;
      readonly occupancy: Occupancy;
      readonly lastVoiceAt: number | undefined;
    };

/** What is to be done next, in this order; what comes of `ask-permission` is a snapshot. */
export type Effect =
  | { readonly case: 'report'; readonly event: MeetingEvent }
  | { readonly case: 'reload' | 'fill-name' | 'ask-permission' | 'send-chat' | 'observe' | 'read-captions' }
  /** Media are collected from here on: the zero of the meeting clock. */
  | { readonly case: 'collect'; readonly since: number };

export type MeetingEvent =
  | { readonly case: 'knocked' }
  | { readonly case: 'entered'; readonly at: number }
  | { readonly case: 'recording-answered'; readonly isAllowed: boolean };

/** A run whose page is loaded at `now`. */
export function startRun(now: number): Approaching {
  return {
    ...{ case: 'approaching', admission: nothingSeen, answeredAt: now },
    ...{ load: startLoad(now), approachedMs: 0, countedAt: now },
  };
}

/** Since when media are collected; undefined before. */
export function collectingSince(run: MeetingRun): number | undefined {
  return run.case === 'inside' && run.permission.case === 'permitted' ? run.permission.since : undefined;
}

/** From one look to the next, in milliseconds. */
export function pauseMs(run: MeetingRun): number {
  return run.case === 'inside' ? LOOK_INSIDE_MS : LOOK_OUTSIDE_MS;
}
