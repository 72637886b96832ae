import { SECOND } from '@earshot/kernel';
import type { EndReason, LeavePolicy } from '../domain/bot.ts';
import type { JoinState } from '../domain/join-state.ts';

/** What a check may look at. Times are milliseconds since 1970; undefined: not so (yet). */
export interface MeetingView {
  readonly now: number;
  readonly policy: LeavePolicy;
  readonly stopOrdered: EndReason | undefined;
  /** The join state as it is believed after enough looks; `loading` means unknown. */
  readonly admission: JoinState;
  readonly waitingSince: number | undefined;
  readonly enteredAt: number | undefined;
  /** Since when voices are received at all: not before the bot may record. */
  readonly heardSince: number | undefined;
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

/** One reason to leave; undefined while it does not apply. */
export type Check = (view: MeetingView) => EndReason | undefined;

/** Whether `seconds` have passed since `since`; never for zero seconds, which switch a check off. */
export function hasPassed(view: MeetingView, since: number | undefined, seconds: number): boolean {
  return since !== undefined && seconds > 0 && view.now - since >= seconds * SECOND;
}
