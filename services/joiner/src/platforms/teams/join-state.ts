import type { JoinState } from '../../domain/join-state.ts';

export interface TeamsMarks {
  readonly host: string;
  /** Whether the bot was inside before: a refusal is an end then. */
  readonly wasInside: boolean;
  readonly hasLauncher: boolean;
  readonly hasDeviceDialog: boolean;
  readonly hasPrejoin: boolean;
  readonly hasJoinButton: boolean;
  readonly hasCaptcha: boolean;
  /** A heading of the lobby. */
  readonly isInLobby: boolean;
  /** A text of the lobby in an element of no known kind: weaker, since no capture of the lobby is public. */
  readonly hasLobbyLine: boolean;
  readonly hasHangup: boolean;
  /** How many of the chat, roster and view buttons are there: they exist in a call only. */
  readonly toggles: number;
  readonly hasToolbar: boolean;
  readonly hasRetryScreen: boolean;
  readonly retryTitle: string;
  readonly hasEndScreen: boolean;
  readonly isDenied: boolean;
  readonly isSignInWall: boolean;
  readonly hasSignInForm: boolean;
  readonly isWrongLink: boolean;
  /** Join was pressed a while ago and a hang-up button is all that came. */
  readonly isHeldUp: boolean;
}

const signInHosts: readonly string[] = ['login.microsoftonline.com', 'login.live.com'];

const retryTitles: readonly [RegExp, JoinState][] = [
  [/removed from (this|the) meeting/i, 'removed'],
  [/denied (access|entry)|request to join was declined|responded to your request/i, 'denied'],
  [/couldn't find a meeting|meeting url is incorrect/i, 'wrong-link'],
  [/meeting (has )?ended|call ended/i, 'ended'],
  [/sign in|verify your info|work or school account/i, 'sign-in'],
  // The platform's own network trouble: it may get over it, and the limit of the approach is patient enough.
  [/couldn't connect|reconnect|network/i, 'network'],
  [/something went wrong/i, 'loading'],
];

/**
 * Inside: the hang-up button and at least one mark that exists in a call only, and nothing of the lobby, of the page
 * before the call and of a refusal. The address says nothing: it changes on the way in and keeps no meeting.
 */
export function teamsJoinState(marks: TeamsMarks): JoinState {
  // A silent attempt to sign in passes by on the way in: only a form is a wall.
  if (signInHosts.includes(marks.host)) return marks.hasSignInForm ? 'sign-in' : 'loading';
  const isBefore = marks.hasPrejoin || marks.hasJoinButton;
  const isOver = marks.hasRetryScreen || marks.retryTitle !== '' || marks.hasEndScreen;
  const isCall = marks.hasHangup && (marks.toggles > 0 || marks.hasToolbar);
  if (isCall && !isBefore && !isOver && !marks.isInLobby && !(marks.hasLobbyLine && marks.toggles === 0)) {
    return 'admitted';
  }
  if (isOver) return overEntrance(marks);
  if (marks.hasCaptcha && !marks.wasInside) return 'blocked';
  if (marks.isSignInWall) return 'sign-in';
  if (marks.isDenied) return 'denied';
  if (marks.isWrongLink) return 'wrong-link';
  if (marks.hasDeviceDialog || marks.hasLauncher) return 'name';
  if (marks.isInLobby || marks.hasLobbyLine) return 'waiting';
  if (isBefore) return 'name';
  return marks.isHeldUp && marks.hasHangup ? 'waiting' : 'loading';
}

function overEntrance({ wasInside, retryTitle, hasRetryScreen, hasEndScreen }: TeamsMarks): JoinState {
  if (retryTitle === '' && !hasRetryScreen) return hasEndScreen ? 'ended' : 'loading';
  // Drawn, but not filled yet.
  if (retryTitle === '') return 'loading';
  const titled = retryTitles.find(([pattern]) => pattern.test(retryTitle))?.[1] ?? 'blocked';
  if (wasInside && !['removed', 'network', 'loading'].includes(titled)) return 'ended';
  return titled;
}
