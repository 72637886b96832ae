import type { JoinState } from '../../domain/join-state.ts';

export interface MeetMarks {
  readonly host: string;
  readonly path: string;
  /** The platform answered a join request with "forbidden". */
  readonly isForbidden: boolean;
  readonly hasCaptcha: boolean;
  readonly hasCallControls: boolean;
  readonly hasPanelToggle: boolean;
  readonly hasInCallFlag: boolean;
  readonly isInLobby: boolean;
  readonly hasRejoin: boolean;
  readonly hasJoinButton: boolean;
  readonly hasNameInput: boolean;
  /** Of the page outside of a call. */
  readonly title: string;
}

const titles: readonly [RegExp, JoinState][] = [
  [/been removed from the (meeting|call)/i, 'removed'],
  [/denied your request|no one responded|weren't allowed|you were denied/i, 'denied'],
  [/can't join this (video call|meeting|call)/i, 'blocked'],
  [/check your meeting code|invalid video call|code has expired|code you entered|meeting not found/i, 'wrong-link'],
  [/the call ended|meeting (has )?ended|ended the meeting|you left the meeting/i, 'ended'],
  [/^sign in\b/i, 'sign-in'],
  [/lost your network connection/i, 'network'],
];

/** Inside: at least two of three marks that exist in a call only, and nothing of the lobby. */
export function meetJoinState(marks: MeetMarks): JoinState {
  if (marks.host === 'accounts.google.com') return 'sign-in';
  if (marks.host === 'workspace.google.com') return 'blocked';
  if (/^\/(landing|home)?$/.test(marks.path)) return 'wrong-link';
  const proofs = [marks.hasCallControls, marks.hasPanelToggle, marks.hasInCallFlag].filter(Boolean).length;
  if (proofs >= 2 && !marks.isInLobby) return 'admitted';
  if (marks.hasCaptcha || marks.isForbidden) return 'blocked';
  // While one proof stands the page may be redrawing: titles are read outside of a call only.
  const titled = proofs === 0 ? titles.find(([pattern]) => pattern.test(marks.title))?.[1] : undefined;
  // The way out has both its title and a way back; a refusal and a wrong link have the title alone.
  if (titled === 'removed' || titled === 'ended') return marks.hasRejoin ? titled : 'loading';
  if (titled) return titled;
  if (marks.isInLobby) return 'waiting';
  return marks.hasJoinButton || marks.hasNameInput ? 'name' : 'loading';
}
