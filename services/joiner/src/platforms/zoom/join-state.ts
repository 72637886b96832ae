import type { JoinState } from '../../domain/join-state.ts';

export interface ZoomMarks {
  readonly path: string;
  /** Of the document. */
  readonly title: string;
  /** Heading of a page that the server made: no client, no names, no topic. */
  readonly notice: string;
  /** Accessible name and title of the client's dialogs; names and messages are never in either. */
  readonly dialogLabel: string;
  readonly dialogTitle: string;
  readonly hasBotWall: boolean;
  readonly hasCaptcha: boolean;
  readonly isHeld: boolean;
  readonly hasLeaveControl: boolean;
  readonly hasParticipantsControl: boolean;
  readonly hasAudioControl: boolean;
  readonly hasTile: boolean;
  readonly asksPasscode: boolean;
  readonly passcodeError: string;
  /** Whether the link carried a passcode. */
  readonly hasPasscode: boolean;
  readonly hasNameInput: boolean;
  readonly hasJoinButton: boolean;
  readonly wasInside: boolean;
}

type Words = readonly [RegExp, JoinState][];

// Whole titles: a dialog may also speak of others, or of recording.
const dialogLabels: Words = [
  [/^you have been removed$/i, 'removed'],
  [/^has been removed dialog$/i, 'denied'],
  [/^meeting is end now$/i, 'ended'],
  [/^(meeting connected timeout\.?|reconnect server dialog)$/i, 'network'],
  [/^(meeting is locked|meeting is full|unable to join this meeting|botdetecteddialog)$/i, 'blocked'],
];
const dialogTitles: Words = [
  [/^you have been removed$/i, 'removed'],
  [/^this meeting has been ended by (the )?host\.?$/i, 'ended'],
  [/^(this|your) free (zoom )?meeting has ended\.?$/i, 'ended'],
  [/^the meeting has been (ended|ended by your admin)\.?$/i, 'ended'],
  [/^you have already entered the meeting in other place\.?$/i, 'ended'],
  [/^(unable to join this meeting|the meeting has been locked)\.?$/i, 'blocked'],
  [/^the meeting is at the host's allowed capacity\.?$/i, 'blocked'],
];
const notices: Words = [
  [/^sign in to join this meeting|^this meeting is for authorized participants only/i, 'sign-in'],
  [/^this meeting link is invalid|^invalid meeting id|^meeting does not exist/i, 'wrong-link'],
  [/^verify to continue/i, 'blocked'],
];
const paths: Words = [
  [/^\/(meeting|webinar)\/register/, 'registration'],
  [/^\/(signin|login|saml|oauth2?)\b/, 'sign-in'],
];

const find = (words: Words, text: string) => words.find(([pattern]) => pattern.test(text))?.[1];

/** Inside: at least two of four marks that exist in a meeting only, and neither a waiting room nor a dialog of the end. */
export function zoomJoinState(marks: ZoomMarks): JoinState {
  const path = find(paths, marks.path);
  if (path) return path;
  if (marks.path === '/wc/leave') return marks.wasInside ? 'ended' : 'loading';
  // The dialog stands over the meeting, whose marks stay where they were.
  const dialog = find(dialogLabels, marks.dialogLabel) ?? find(dialogTitles, marks.dialogTitle);
  if (dialog === 'removed') return marks.wasInside ? 'removed' : 'denied';
  if (dialog) return dialog;
  if (marks.hasBotWall) return 'blocked';
  if (marks.isHeld) return 'waiting';
  const { hasLeaveControl, hasParticipantsControl, hasAudioControl, hasTile } = marks;
  const proofs = [hasLeaveControl, hasParticipantsControl, hasAudioControl, hasTile].filter(Boolean).length;
  if (proofs >= 2) return 'admitted';
  if (proofs > 0) return 'loading';
  if (marks.hasCaptcha) return 'blocked';
  if (/incorrect|wrong|invalid/i.test(marks.passcodeError)) return 'wrong-passcode';
  if (marks.asksPasscode && !marks.hasPasscode) return 'wrong-passcode';
  if (marks.hasNameInput || marks.hasJoinButton) return 'name';
  if (/^error - zoom$/i.test(marks.title)) return 'wrong-link';
  return find(notices, marks.notice) ?? 'loading';
}
