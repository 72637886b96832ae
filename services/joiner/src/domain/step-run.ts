import { SECOND, type EndReason, type LeavePolicy } from '@earshot/kernel';
import { trackAdmission } from './admission-tracker.ts';
import { firstReason } from './leave-reasons.ts';
import {
  ANSWER_MS,
  collectingSince,
  type Approaching,
  type Effect,
  type Inside,
  type MeetingRun,
  type Snapshot,
  type Waiting,
} from './meeting-run.ts';
import { trackLoad } from './page-load.ts';
import { answerPermission, notAsked, type Permission } from './recording-permission.ts';

/** How long the way in may take, the lobby not counted. */
export const APPROACH_MS = 60 * SECOND;
/**
 * A page that has not answered for this long is taken for dead: on the way in, where it loads, and in the meeting, where
 * it is noticed within ten seconds: a pause, two answers that do not come, and two seconds for closing it.
 */
const UNRESPONSIVE_OUTSIDE_MS = 30 * SECOND;
const UNRESPONSIVE_INSIDE_MS = 1.9 * ANSWER_MS;

export interface Step {
  readonly run: MeetingRun;
  readonly effects: readonly Effect[];
}

/** The run after one more snapshot, taken at `now`, and what is to be done. An ended run stays as it is. */
export function step(
  run: MeetingRun,
  snapshot: Snapshot,
  { now, policy }: { readonly now: number; readonly policy: LeavePolicy },
): Step {
  if (run.case === 'ended') return stay(run);
  switch (snapshot.case) {
    case 'join-state':
      return run.case === 'inside' ? lookAgain(run, snapshot, now) : approach(run, snapshot, now);
    case 'permission':
      return run.case === 'inside' ? takePermission(run, snapshot, now) : stay(run);
    case 'turn-over':
      return judge(run, snapshot, { now, policy });
  }
}

type Of<Case extends Snapshot['case']> = Extract<Snapshot, { case: Case }>;

const stay = (run: MeetingRun): Step => ({ run, effects: [] });

function approach(run: Approaching | Waiting, snapshot: Of<'join-state'>, now: number): Step {
  const { joinState, isLoadFailed: isFailed, isUnderWay, isRecording } = snapshot;
  const admission = trackAdmission(run.admission, joinState, now);
  const state = admission.believed;
  if (state === 'admitted') {
    const permission = notAsked;
    const inside: Inside = { case: 'inside', admission, answeredAt: now, enteredAt: now, permission };
    const entered: Effect = { case: 'report', event: { case: 'entered', at: now } };
    return { run: inside, effects: [entered, ...workInside(inside, isRecording)] };
  }
  const { load, isReloadDue } = trackLoad(run.load, { state, isFailed, isUnderWay, now });
  const hasKnocked = state === 'waiting' && run.case === 'approaching';
  const effects: Effect[] = hasKnocked ? [{ case: 'report', event: { case: 'knocked' } }] : [];
  if (isReloadDue) effects.push({ case: 'reload' });
  if (state === 'name') effects.push({ case: 'fill-name' });
  const known = { ...run, admission, answeredAt: now, load };
  return { run: hasKnocked ? { ...known, case: 'waiting', since: now } : known, effects };
}

function lookAgain(run: Inside, { joinState, isRecording }: Of<'join-state'>, now: number): Step {
  const admission = trackAdmission(run.admission, joinState, now);
  const inside = { ...run, admission, answeredAt: now };
  return { run: inside, effects: admission.believed === 'admitted' ? workInside(inside, isRecording) : [] };
}

function takePermission(run: Inside, { answer, isRecording }: Of<'permission'>, now: number): Step {
  if (run.permission.case === 'permitted') return stay(run);
  const { permission, isAllowed } = answerPermission(run.permission, answer, now);
  const effects: Effect[] = [];
  if (isAllowed !== undefined) effects.push({ case: 'report', event: { case: 'recording-answered', isAllowed } });
  if (permission.case === 'permitted') effects.push({ case: 'collect', since: permission.since });
  return { run: { ...run, permission }, effects: [...effects, ...observe(permission, isRecording)] };
}

/** Until media may be collected, the page's input may be needed to ask for it: what else there is to do waits for the answer. */
function workInside({ permission }: Inside, isRecording: boolean): readonly Effect[] {
  return permission.case === 'permitted' ? observe(permission, isRecording) : [{ case: 'ask-permission' }];
}

function observe(permission: Permission, isRecording: boolean): readonly Effect[] {
  // The bot's greeting may help whoever is asked.
  const mayChat = isRecording || (permission.case === 'unpermitted' && permission.since !== undefined);
  return [
    ...(mayChat ? [{ case: 'send-chat' } as const] : []),
    { case: 'observe' },
    ...(permission.case === 'permitted' ? [{ case: 'read-captions' } as const] : []),
  ];
}

/** Leaves, or stays for another turn. */
function judge(
  run: Approaching | Waiting | Inside,
  { isGone, occupancy, ...rest }: Of<'turn-over'>,
  at: { readonly now: number; readonly policy: LeavePolicy },
): Step {
  const isInside = run.case === 'inside';
  const { believed } = run.admission;
  const end = (reason: EndReason) => stay({ case: 'ended', reason, admission: believed, hasEntered: isInside });
  const limitMs = isInside ? UNRESPONSIVE_INSIDE_MS : UNRESPONSIVE_OUTSIDE_MS;
  if (isGone || at.now - run.answeredAt > limitMs) return end('worker-lost');
  const isUnpermitted = isInside && run.permission.case === 'unpermitted';
  const reason = firstReason({
    ...{ ...at, ...rest, ...occupancy, admission: believed },
    waitingSince: run.case === 'waiting' ? run.since : undefined,
    enteredAt: isInside ? run.enteredAt : undefined,
    collectingSince: collectingSince(run),
    unpermittedSince: isUnpermitted ? run.permission.since : undefined,
  });
  if (reason) return end(reason);
  if (isInside) return stay(run);
  const approachedMs = run.approachedMs + (believed === 'waiting' ? 0 : at.now - run.countedAt);
  if (approachedMs >= APPROACH_MS) return end('join-failed');
  return stay({ ...run, approachedMs, countedAt: at.now });
}
