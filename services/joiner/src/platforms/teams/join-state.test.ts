import { describe, expect, it } from 'vitest';
import type { JoinState } from '../../domain/join-state.ts';
import { teamsJoinState, type TeamsMarks } from './join-state.ts';

const blank: TeamsMarks = {
  host: 'teams.microsoft.com',
  wasInside: false,
  hasLauncher: false,
  hasDeviceDialog: false,
  hasPrejoin: false,
  hasJoinButton: false,
  hasCaptcha: false,
  isInLobby: false,
  hasLobbyLine: false,
  hasHangup: false,
  toggles: 0,
  hasToolbar: false,
  hasRetryScreen: false,
  retryTitle: '',
  hasEndScreen: false,
  isDenied: false,
  isSignInWall: false,
  hasSignInForm: false,
  isWrongLink: false,
  isHeldUp: false,
};
const call = { hasHangup: true, toggles: 3, hasToolbar: true };
const before = { hasPrejoin: true, hasJoinButton: true };
const refused = (retryTitle: string) => ({ hasRetryScreen: true, retryTitle });
const login = { host: 'login.microsoftonline.com' };
const notFound = refused("We couldn't find a meeting matching this ID and passcode");

describe('teamsJoinState', () => {
  it.each<[string, Partial<TeamsMarks>, JoinState]>([
    ['an empty page', {}, 'loading'],
    ['the launcher', { hasLauncher: true }, 'name'],
    ['an attempt to sign in without a word', login, 'loading'],
    ['a sign-in form', { ...login, hasSignInForm: true }, 'sign-in'],
    ['the page before the call', before, 'name'],
    ['the device dialog before Join', { ...before, hasDeviceDialog: true }, 'name'],
    ['the device dialog after Join', { hasDeviceDialog: true }, 'name'],
    ['a hang-up button alone', { hasHangup: true }, 'loading'],
    ['a hang-up button alone for long', { hasHangup: true, isHeldUp: true }, 'waiting'],
    ['toggles without a hang-up button', { toggles: 3 }, 'loading'],
    ['the lobby with a hang-up button', { hasHangup: true, isInLobby: true }, 'waiting'],
    ['the lobby with a Join button', { hasJoinButton: true, isInLobby: true }, 'waiting'],
    ['the lobby beside marks of a call', { ...call, isInLobby: true }, 'waiting'],
    ['a lobby text of no known place', { hasHangup: true, hasToolbar: true, hasLobbyLine: true }, 'waiting'],
    ['a call where such a text stands somewhere', { ...call, hasLobbyLine: true }, 'admitted'],
    ['hang-up and a toggle', { hasHangup: true, toggles: 1 }, 'admitted'],
    ['hang-up and the toolbar', { hasHangup: true, hasToolbar: true }, 'admitted'],
    ['marks of a call behind the page before it', { ...call, ...before }, 'name'],
    ['marks of a call behind a refusal', { ...call, ...notFound }, 'wrong-link'],
    ['a call behind the device dialog', { ...call, hasDeviceDialog: true }, 'admitted'],
    ['a denial', { isDenied: true }, 'denied'],
    ['a denial on the refusal screen', refused('Sorry, but you were denied access to the meeting.'), 'denied'],
    ['a wrong link or passcode', notFound, 'wrong-link'],
    ['a wrong address', { isWrongLink: true }, 'wrong-link'],
    ['a refusal not filled yet', { hasRetryScreen: true }, 'loading'],
    ['a refusal for network reasons', refused("We couldn't connect you"), 'network'],
    ['a lost connection', { ...refused("We couldn't connect you"), wasInside: true }, 'network'],
    ['a refusal of no known kind', refused('Not today'), 'blocked'],
    ['a removal', { ...refused("You've been removed from this meeting"), wasInside: true }, 'removed'],
    ['a refusal after the call', { ...notFound, wasInside: true }, 'ended'],
    ['an end', { hasEndScreen: true, wasInside: true }, 'ended'],
    ['an end in the lobby', { hasEndScreen: true }, 'ended'],
    ['a captcha over the page before the call', { ...before, hasCaptcha: true }, 'blocked'],
    ['a sign-in dialog over it', { ...before, isSignInWall: true }, 'sign-in'],
    ['a toolbar that blinks', { wasInside: true }, 'loading'],
  ])('%s', (_, marks, expected) => {
    expect(teamsJoinState({ ...blank, ...marks })).toBe(expected);
  });
});
