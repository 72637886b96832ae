import { SECOND } from '@earshot/kernel';
import type { JoinState } from '../../domain/join-state.ts';
import type { Said } from './words.ts';

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
  readonly isToldToWait: boolean;
  /** It says so, or something runs that has no end yet. */
  readonly isWaiting: boolean;
  /** What an alert, a dialog or a heading says of a refusal or an end, and for how long. */
  readonly said: Said | undefined;
  readonly saidMs: number;
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
const SAID_MS = SECOND;
const SAID_BESIDE_MS = 10 * SECOND;
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
  const { said, hasEntrance, goneMs, hasKnocked } = marks;
  if (said && isRefusal(said, marks)) return said.state;
  if (hasEntrance && goneMs === 0) return 'name';
  if (hasKnocked && !marks.isWaiting && !said && goneMs >= patienceOf(marks)) return 'admitted';
  if (hasKnocked && marks.isWaiting) return 'waiting';
  return hasEntrance ? 'name' : 'loading';
}

/** By what comes, or what stands there. */
function isProven(marks: WebMarks): boolean {
  const { hasEntrance, hasKnocked, hasCallView, isToldToWait, hasPreview } = marks;
  // A waiting room may have its music.
  const mayBeInside = hasCallView || !isToldToWait;
  if (marks.isMediaFlowing && mayBeInside && (!hasEntrance || (hasKnocked && !hasPreview))) return true;
  if (hasEntrance || isToldToWait) return false;
  return hasCallView || (marks.isSounding && !marks.isWaiting);
}

function isRefusal(said: Said, { hasEntrance, hasKnocked, saidMs, isMediaFlowing }: WebMarks): boolean {
  if (isMediaFlowing) return false;
  // A password, say, can be removed as well.
  if (said.state === 'removed' && !said.isToBot) return false;
  return saidMs >= SAID_MS && (!hasEntrance || (hasKnocked && saidMs >= SAID_BESIDE_MS));
}

function patienceOf({ hasEntrance, isConnected, hasControls }: WebMarks): number {
  if (hasEntrance) return GONE_BESIDE_MS;
  if (isConnected) return GONE_CONNECTED_MS;
  return hasControls ? GONE_MS : GONE_BARE_MS;
}

/** Nothing that is written ends a meeting whose connections stand: they have to be gone, or the call's controls, or the entrance is back. */
function joinStateInside(marks: WebMarks): JoinState {
  const { said, hadConnection, hadControls, hasControls } = marks;
  if (marks.isConnected || marks.isMediaFlowing) return 'admitted';
  const end = said && said.state !== 'network' ? said.state : undefined;
  if (marks.isEntranceBack) return end ?? 'ended';
  // A mesh has no connections while nobody else is there: what is said has to be said to the bot.
  const isTaken = hadControls ? !hasControls : hadConnection;
  if (end && (isTaken || (hadConnection && said?.isToBot))) return end;
  if (hasControls || marks.isSounding) return 'admitted';
  if (!hadConnection && !hadControls) return 'admitted';
  return said?.state === 'network' ? 'network' : 'loading';
}
