import { describe, expect, it } from 'vitest';
import type { JoinState } from '../../domain/join-state.ts';
import { meetJoinState, type MeetMarks } from './join-state.ts';

const blank: MeetMarks = {
  host: 'meet.google.com',
  path: '/abc-defg-hij',
  isForbidden: false,
  hasCaptcha: false,
  hasCallControls: false,
  hasPanelToggle: false,
  hasInCallFlag: false,
  isInLobby: false,
  hasRejoin: false,
  hasJoinButton: false,
  hasNameInput: false,
  title: '',
};

describe('meetJoinState', () => {
  it.each<[string, Partial<MeetMarks>, JoinState]>([
    ['getting ready', { title: 'Getting ready…' }, 'loading'],
    ['the green room', { title: "What's your name?", hasJoinButton: true, hasNameInput: true }, 'name'],
    ['the lobby', { title: 'Asking to be let in…', isInLobby: true }, 'waiting'],
    ['controls alone', { hasCallControls: true }, 'loading'],
    ['controls and panels', { hasCallControls: true, hasPanelToggle: true }, 'admitted'],
    ['controls and the flag', { hasCallControls: true, hasInCallFlag: true }, 'admitted'],
    ['call marks beside the lobby', { hasCallControls: true, hasPanelToggle: true, isInLobby: true }, 'waiting'],
    ['a refusal', { title: 'Someone in the call denied your request to join' }, 'denied'],
    ['no answer', { title: 'No one responded to your request to join the call' }, 'denied'],
    ['a removal', { title: "You've been removed from the meeting", hasRejoin: true }, 'removed'],
    ['an end', { title: 'The call ended', hasRejoin: true }, 'ended'],
    ['the title of an end without a way back', { title: 'The call ended' }, 'loading'],
    ['a lost network', { title: 'You lost your network connection. Trying to reconnect.' }, 'network'],
    ['an error that flashes by', { title: "Couldn't start the video call because of an error" }, 'loading'],
    ['a wrong code', { title: 'Check your meeting code' }, 'wrong-link'],
    ['the landing page', { path: '/landing' }, 'wrong-link'],
    ['a sign-in wall', { host: 'accounts.google.com' }, 'sign-in'],
    ['a refusal by type', { title: "You can't join this video call" }, 'blocked'],
    ['a refusal by status', { isForbidden: true, hasJoinButton: true }, 'blocked'],
    ['a captcha', { hasCaptcha: true }, 'blocked'],
  ])('%s', (_, marks, expected) => {
    expect(meetJoinState({ ...blank, ...marks })).toBe(expected);
  });
});
