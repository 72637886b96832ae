import { describe, expect, it } from 'vitest';
import type { JoinState } from '../../domain/join-state.ts';
import { zoomJoinState, type ZoomMarks } from './join-state.ts';

const blank: ZoomMarks = {
  path: '/wc/81234567890/join',
  title: 'Zoom Meeting',
  notice: '',
  dialogLabel: '',
  dialogTitle: '',
  hasBotWall: false,
  hasCaptcha: false,
  isHeld: false,
  hasLeaveControl: false,
  hasParticipantsControl: false,
  hasAudioControl: false,
  hasTile: false,
  asksPasscode: false,
  passcodeError: '',
  hasPasscode: true,
  hasNameInput: false,
  hasJoinButton: false,
  wasInside: false,
};
const call = { hasLeaveControl: true, hasParticipantsControl: true, hasAudioControl: true, hasTile: true };
const preview = { hasNameInput: true, hasJoinButton: true };

describe('zoomJoinState', () => {
  it.each<[string, Partial<ZoomMarks>, JoinState]>([
    ['a spinner', {}, 'loading'],
    ['the preview', preview, 'name'],
    ['the preview that asks for a passcode', { ...preview, asksPasscode: true }, 'name'],
    ['a passcode asked and not known', { ...preview, asksPasscode: true, hasPasscode: false }, 'wrong-passcode'],
    [
      'a passcode refused',
      { ...preview, asksPasscode: true, passcodeError: 'Meeting Passcode wrong.' },
      'wrong-passcode',
    ],
    ['an empty field', { ...preview, asksPasscode: true, passcodeError: 'Please enter it' }, 'name'],
    ['a captcha', { ...preview, hasCaptcha: true }, 'blocked'],
    ['the wall for bots', { ...preview, hasBotWall: true }, 'blocked'],
    ['the waiting room', { isHeld: true }, 'waiting'],
    ['the waiting room beside the marks of a call', { ...call, isHeld: true, wasInside: true }, 'waiting'],
    ['one mark of a call', { hasTile: true }, 'loading'],
    ['one mark of a call beside the preview', { ...preview, hasTile: true }, 'loading'],
    ['the footer alone', { hasLeaveControl: true, hasParticipantsControl: true }, 'admitted'],
    ['tiles and the microphone', { hasTile: true, hasAudioControl: true }, 'admitted'],
    ['the call', call, 'admitted'],
    ['a removal over the call', { ...call, dialogTitle: 'You have been removed', wasInside: true }, 'removed'],
    ['a removal from the waiting room', { isHeld: true, dialogLabel: 'You have been removed' }, 'denied'],
    ['a removal of an earlier visit', { dialogLabel: 'Has been Removed dialog' }, 'denied'],
    ['an end over the call', { ...call, dialogLabel: 'Meeting is end now', wasInside: true }, 'ended'],
    ['the end of a free meeting', { ...call, dialogTitle: 'This free Zoom meeting has ended' }, 'ended'],
    ['a lost connection', { ...call, dialogLabel: 'Meeting connected timeout.', wasInside: true }, 'network'],
    ['no connection yet', { dialogLabel: 'Reconnect server dialog' }, 'network'],
    ['a lock', { dialogLabel: 'Meeting is locked' }, 'blocked'],
    ['a full meeting', { dialogTitle: "The meeting is at the host's allowed capacity" }, 'blocked'],
    ['a notice of recording', { ...call, dialogTitle: 'This meeting is being recorded' }, 'admitted'],
    ['a dialog that quotes an end', { ...call, dialogTitle: 'Ann says: You have been removed' }, 'admitted'],
    ['a wish to unmute', { ...call, dialogTitle: 'The host would like you to unmute' }, 'admitted'],
    ['the goodbye', { path: '/wc/leave', wasInside: true }, 'ended'],
    ['an error page', { title: 'Error - Zoom', notice: 'This meeting link is invalid (3,001)' }, 'wrong-link'],
    ['a title of an error over a call', { ...call, title: 'Error - Zoom' }, 'admitted'],
    ['a sign-in wall', { notice: 'Sign in to join this meeting' }, 'sign-in'],
    ['the sign-in page', { path: '/signin' }, 'sign-in'],
    ['a registration', { path: '/meeting/register/abc' }, 'registration'],
  ])('%s', (_, marks, expected) => {
    expect(zoomJoinState({ ...blank, ...marks })).toBe(expected);
  });
});
