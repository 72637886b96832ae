import { SECOND, type EndReason, type LeavePolicy } from '@earshot/kernel';
import type { JoinState } from './join-state.ts';

/** What a reason to leave is judged by. Times are milliseconds since 1970; undefined: not so (yet). */
export interface MeetingView {
  readonly now: number;
  readonly policy: LeavePolicy;
  /** Why the bot is commanded to leave. */
  readonly requested: EndReason | undefined;
  /** The join state as it is believed after enough looks; `loading` means unknown. */
  readonly admission: JoinState;
  readonly waitingSince: number | undefined;
  readonly enteredAt: number | undefined;
  /** Since when media are collected at all: not before the bot may record. */
  readonly collectingSince: number | undefined;
  readonly recordingSince: number | undefined;
  /** Since when the bot waits to be allowed to record, or is not allowed to. */
  readonly unpermittedSince: number | undefined;
  /** Whether anybody else was ever seen in the meeting; other bots, where they are known by name, are nobody. */
  readonly hasSeenOthers: boolean;
  /** Since when nobody else is there; other bots are nobody. */
  readonly aloneSince: number | undefined;
  /** Since when other bots are there and nobody else. */
  readonly onlyBotsSince: number | undefined;
  readonly lastVoiceAt: number | undefined;
}

interface LeaveReason {
  readonly reason: EndReason;
  readonly applies: (view: MeetingView) => boolean;
}

/** In this order: the page, then the clock. */
const leaveReasons: readonly LeaveReason[] = [
  { reason: 'removed', applies: ({ admission }) => admission === 'removed' },
  { reason: 'meeting-ended', applies: ({ admission }) => admission === 'ended' },
  // Refused by the host, or the knock was not answered.
  { reason: 'denied', applies: ({ admission }) => admission === 'denied' },
  // A link that leads to no meeting, as one whose passcode is not taken, or to a wall. Typed, and not tried to get round.
  { reason: 'wrong-link', applies: isStoppedAt('wrong-link', 'wrong-passcode') },
  { reason: 'sign-in-required', applies: isStoppedAt('sign-in', 'registration') },
  { reason: 'consent-required', applies: isStoppedAt('consent') },
  { reason: 'name-refused', applies: isStoppedAt('name-refused') },
  { reason: 'blocked', applies: isStoppedAt('blocked') },
  // The meeting goes on, and the bot's page has lost it.
  { reason: 'worker-lost', applies: (view) => view.enteredAt !== undefined && view.admission === 'network' },
  {
    reason: 'waiting-room-timeout',
    applies: (view) =>
      view.enteredAt === undefined && hasPassed(view, view.waitingSince, view.policy.waitingRoomSeconds),
  },
  // The host was asked whether the bot may record, and refused, or did not answer for too long.
  {
    reason: 'recording-denied',
    applies: (view) => hasPassed(view, view.unpermittedSince, view.policy.recordingDeniedSeconds),
  },
  {
    reason: 'recording-limit',
    applies: (view) => hasPassed(view, view.recordingSince, view.policy.recordingLimitSeconds),
  },
  {
    reason: 'everyone-left',
    applies: (view) =>
      view.enteredAt !== undefined &&
      view.hasSeenOthers &&
      hasPassed(view, view.aloneSince, view.policy.everyoneLeftSeconds),
  },
  { reason: 'only-bots-left', applies: areOnlyBotsLeft },
  {
    reason: 'no-one-joined',
    applies: (view) => !view.hasSeenOthers && hasPassed(view, view.enteredAt, view.policy.noOneJoinedSeconds),
  },
  // A bot that has received no voice counts from when it began to collect.
  {
    reason: 'voice-inactivity',
    applies: (view) => hasPassed(view, view.lastVoiceAt ?? view.collectingSince, view.policy.voiceInactivitySeconds),
  },
];

/** The first reason to leave, if there is one: a command before all others. */
export function firstReason(view: MeetingView): EndReason | undefined {
  return view.requested ?? leaveReasons.find(({ applies }) => applies(view))?.reason;
}

function isStoppedAt(...states: readonly JoinState[]): (view: MeetingView) => boolean {
  return ({ enteredAt, admission }) => enteredAt === undefined && states.includes(admission);
}

/** Nobody but other bots has been there for a while. A person who comes back cancels it, as the time starts anew. */
function areOnlyBotsLeft(view: MeetingView): boolean {
  const { botDetection } = view.policy;
  if (!botDetection || view.enteredAt === undefined || view.onlyBotsSince === undefined) return false;
  // Names are judged from the activation on, and the time counts from there.
  const activeAt = view.enteredAt + botDetection.activateAfterSeconds * SECOND;
  const since = Math.max(activeAt, view.onlyBotsSince);
  return hasPassed(view, since, botDetection.timeoutSeconds);
}

/** Whether `seconds` have passed since `since`; never for zero seconds, which switch a reason off. */
function hasPassed(view: MeetingView, since: number | undefined, seconds: number): boolean {
  return since !== undefined && seconds > 0 && view.now - since >= seconds * SECOND;
}
