import { SECOND } from '@earshot/kernel';
import type { JoinState } from '../../domain/join-state.ts';
import type { Notice } from './words.ts';

/** What is known of a page of an unknown make at one moment. Times are milliseconds. */
export interface WebMarks {
  /** Of the page's own answer. */
  readonly status: number;
  /** Why the way in goes no further. */
  readonly stopped?: 'consent' | 'name-refused' | undefined;
  readonly hasKnocked: boolean;
  readonly wasInside: boolean;
  /** A field for the name, or a button that leads in and can be pressed. */
  readonly hasEntrance: boolean;
  /** For how long what stood at the entrance has been gone since the knock; zero while it is there. */
  readonly goneMs: number;
  /** Inside: what had gone from the entrance stands there again. */
  readonly isEntranceBack: boolean;
  /** A way to leave beside somebody's tile. */
  readonly hasCallView: boolean;
  /** Anything that belongs to a call: a way to leave, a tile, a microphone's button. */
  readonly hasControls: boolean;
  /** Whether anything of the kind was seen while inside. */
  readonly hadControls: boolean;
  /** It says that somebody has to let the bot in. */
  readonly isAskedToWait: boolean;
  /** It says so, or something runs that has no end yet. */
  readonly isWaiting: boolean;
  /** What an alert, a dialog or a heading says of a refusal or an end, and for how long. */
  readonly notice: Notice | undefined;
  readonly noticeMs: number;
  /** Something comes from somebody else. */
  readonly isMediaFlowing: boolean;
  /** It came before the knock already: a picture of what is to come. */
  readonly hasPreview: boolean;
  /** Sound that came by no connection. */
  readonly isSounding: boolean;
  readonly isConnected: boolean;
  /** Whether anything was connected while inside. */
  readonly hadConnection: boolean;
}

/** A refusal counts when its words have stood for so long where the entrance was, or beside it. */
const NOTICE_MS = SECOND;
const NOTICE_BESIDE_MS = 10 * SECOND;
/** How long the entrance has to be gone before that alone means inside: with a connection, with a call's controls, with nothing. */
const GONE_CONNECTED_MS = 1.5 * SECOND;
const GONE_MS = 3 * SECOND;
const GONE_BARE_MS = 8 * SECOND;
/** Where a button that leads in can still be pressed it may be the next step: it is pressed again first (every 5 s). */
const GONE_BESIDE_MS = 12 * SECOND;

/**
 * Inside, by the first of: something comes from somebody else; a way to leave stands beside somebody's tile; the entrance has
 * gone and stays so, and nothing says to wait. Words decide nothing alone: an alert may be about anybody.
 */
export function webJoinState(marks: WebMarks): JoinState {
  if (marks.wasInside) return joinStateInside(marks);
  const { status } = marks;
  if (status === 404 || status === 410) return 'wrong-link';
  if (status === 401) return 'sign-in';
  if (status >= 400 && status < 500) return 'blocked';
  // The server, or the way to it, has its trouble: it may get over it.
  if (status >= 500) return 'network';
  return joinStateOutside(marks);
}

function joinStateOutside(marks: WebMarks): JoinState {
  if (isProven(marks)) return 'admitted';
  if (marks.stopped) return marks.stopped;
  const { notice, hasEntrance, goneMs, hasKnocked } = marks;
  if (notice && isRefusal(notice, marks)) return notice.state;
  if (hasEntrance && goneMs === 0) return 'name';
  if (hasKnocked && !marks.isWaiting && !notice && goneMs >= patienceOf(marks)) return 'admitted';
  if (hasKnocked && marks.isWaiting) return 'waiting';
  return hasEntrance ? 'name' : 'loading';
}

/** By what comes, or what stands there. */
function isProven(marks: WebMarks): boolean {
  const { hasEntrance, hasKnocked, hasCallView, isAskedToWait, hasPreview } = marks;
  // A waiting room may have its music.
  const mayBeInside = hasCallView || !isAskedToWait;
  if (marks.isMediaFlowing && mayBeInside && (!hasEntrance || (hasKnocked && !hasPreview))) return true;
  if (hasEntrance || isAskedToWait) return false;
  return hasCallView || (marks.isSounding && !marks.isWaiting);
}

function isRefusal(notice: Notice, { hasEntrance, hasKnocked, noticeMs, isMediaFlowing }: WebMarks): boolean {
  if (isMediaFlowing) return false;
  // A password, say, can be removed as well.
  if (notice.state === 'removed' && !notice.isToBot) return false;
  return noticeMs >= NOTICE_MS && (!hasEntrance || (hasKnocked && noticeMs >= NOTICE_BESIDE_MS));
}

function patienceOf({ hasEntrance, isConnected, hasControls }: WebMarks): number {
  if (hasEntrance) return GONE_BESIDE_MS;
  if (isConnected) return GONE_CONNECTED_MS;
  return hasControls ? GONE_MS : GONE_BARE_MS;
}

/** Nothing that is written ends a meeting whose connections stand: they have to be gone, or the call's controls, or the entrance is back. */
function joinStateInside(marks: WebMarks): JoinState {
  const { notice, hadConnection, hadControls, hasControls } = marks;
  if (marks.isConnected || marks.isMediaFlowing) return 'admitted';
  const end = notice && notice.state !== 'network' ? notice.state : undefined;
  if (marks.isEntranceBack) return end ?? 'ended';
  // A mesh has no connections while nobody else is there: what is said has to be said to the bot.
  const isTaken = hadControls ? !hasControls : hadConnection;
  if (end && (isTaken || (hadConnection && notice?.isToBot))) return end;
  if (hasControls || marks.isSounding) return 'admitted';
  if (!hadConnection && !hadControls) return 'admitted';
  return notice?.state === 'network' ? 'network' : 'loading';
}
