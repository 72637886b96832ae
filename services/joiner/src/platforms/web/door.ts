import type { DoorState } from '../../domain/door-state.ts';

/** What a look at the page found; `notice` is the text of an alert outside of a meeting's own controls. */
export interface WebMarks {
  readonly status: number;
  readonly hasJoinButton: boolean;
  readonly hasNameInput: boolean;
  readonly hasLeaveControl: boolean;
  readonly hasTile: boolean;
  readonly isWaiting: boolean;
  readonly notice: string;
  readonly hasKnocked: boolean;
  readonly wasInside: boolean;
  readonly isMediaFlowing: boolean;
  readonly isConnected: boolean;
}

const notices: readonly [RegExp, DoorState][] = [
  [/\b(removed|kicked|expelled)\b/i, 'removed'],
  [
    /\b(denied|declined|refused|rejected|nobody answered|no one (answered|responded))\b|not (let in|allowed)/i,
    'denied',
  ],
  [/\b(ended|is over|has closed)\b/i, 'ended'],
  [/\bconnection (was |is |has been )?lost\b|\blost (the|your) connection\b/i, 'network'],
];

/** Inside: sound or pictures arrive, or a way to leave stands beside somebody's tile. Nothing else is proof. */
export function webDoor(marks: WebMarks): DoorState {
  const { status } = marks;
  if (status === 404 || status === 410) return 'wrong-link';
  if (status === 401) return 'sign-in';
  if (status >= 400 && status < 500) return 'blocked';
  // The server, or the way to it, has its trouble: it may get over it.
  if (status >= 500) return 'network';
  const hasCallView = marks.hasLeaveControl && marks.hasTile;
  // An alert counts only where the meeting is not on view: in a meeting it may be about anybody.
  const noticed = hasCallView ? undefined : notices.find(([pattern]) => pattern.test(marks.notice))?.[1];
  if (noticed) return noticed;
  if (marks.hasJoinButton) return 'name';
  if (hasCallView || marks.isMediaFlowing) return 'admitted';
  // A page without known controls is a meeting as long as its connections last.
  if (marks.wasInside && marks.isConnected) return 'admitted';
  if (marks.hasKnocked && marks.isWaiting) return 'waiting';
  return marks.hasNameInput ? 'name' : 'loading';
}
