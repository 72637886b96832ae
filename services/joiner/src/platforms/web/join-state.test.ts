import { describe, expect, it } from 'vitest';
import { SECOND } from '@earshot/kernel';
import type { JoinState } from '../../domain/join-state.ts';
import { webJoinState, type WebMarks } from './join-state.ts';
import { noticeIn } from './words.ts';

const blank: WebMarks = {
  status: 200,
  hasKnocked: false,
  wasInside: false,
  hasEntrance: false,
  goneMs: 0,
  isEntranceBack: false,
  hasCallView: false,
  hasControls: false,
  hadControls: false,
  isAskedToWait: false,
  isWaiting: false,
  notice: undefined,
  noticeMs: 0,
  isMediaFlowing: false,
  hasPreview: false,
  isSounding: false,
  isConnected: false,
  hadConnection: false,
};
const call = { hasCallView: true, hasControls: true };
const shows = (text: string, noticeMs = 60 * SECOND) => ({ notice: noticeIn([text]), noticeMs });
const asked = { hasKnocked: true, isAskedToWait: true, isWaiting: true };
const gone = (seconds: number) => ({ hasKnocked: true, goneMs: seconds * SECOND });

describe('webJoinState before the entrance', () => {
  it.each<[string, Partial<WebMarks>, JoinState]>([
    ['an empty page', {}, 'loading'],
    ['an entrance', { hasEntrance: true }, 'name'],
    ['a lobby', { ...asked, hasControls: true }, 'waiting'],
    ['a lobby with a picture of oneself', { ...asked, ...call }, 'waiting'],
    ['a busy page before the knock', { isWaiting: true }, 'loading'],
    ['a way to leave alone', { hasKnocked: true, hasControls: true }, 'loading'],
    ['a call', call, 'admitted'],
    ['media alone', { isMediaFlowing: true }, 'admitted'],
    ['media on the entrance', { isMediaFlowing: true, hasEntrance: true }, 'name'],
    [
      'media after the knock, beside a button that stays',
      { hasKnocked: true, hasEntrance: true, isMediaFlowing: true },
      'admitted',
    ],
    [
      'media that came before the knock',
      { hasKnocked: true, hasEntrance: true, isMediaFlowing: true, hasPreview: true },
      'name',
    ],
    ['music while it waits', { ...asked, isMediaFlowing: true }, 'waiting'],
    [
      'media beside a sign that something runs',
      { hasKnocked: true, isWaiting: true, isMediaFlowing: true },
      'admitted',
    ],
    ['sound of its own on the entrance', { isSounding: true, hasEntrance: true }, 'name'],
    ['sound of its own while it waits', { isSounding: true, hasKnocked: true, isWaiting: true }, 'waiting'],
    ['sound of its own without an entrance', { isSounding: true }, 'admitted'],
    ['an entrance that went a moment ago', { ...gone(2), hasControls: true }, 'loading'],
    ['an entrance that went, beside a call’s controls', { ...gone(3), hasControls: true }, 'admitted'],
    ['an entrance that went, and a connection', { ...gone(2), isConnected: true }, 'admitted'],
    ['an entrance that went, and nothing', gone(7), 'loading'],
    ['an entrance that went, and nothing for long', gone(8), 'admitted'],
    ['an entrance that went for somebody who has to wait', { ...gone(60), isWaiting: true }, 'waiting'],
    ['a name that went beside a button that stays', { ...gone(12), hasEntrance: true }, 'admitted'],
    ['a name that went beside a button that may be the next step', { ...gone(11), hasEntrance: true }, 'name'],
    ['a removal of something', { ...asked, ...shows('Room password removed') }, 'waiting'],
    ['an end', shows('The meeting has ended'), 'ended'],
    ['a refusal', { hasKnocked: true, ...shows('The host denied your request') }, 'denied'],
    ['a refusal that went by', { hasKnocked: true, ...shows('The host denied your request', 500) }, 'loading'],
    [
      'a refusal while media flows',
      { hasKnocked: true, ...shows('Request refused'), isMediaFlowing: true },
      'admitted',
    ],
    ['words beside the entrance', { hasEntrance: true, ...shows('The last meeting has ended') }, 'name'],
    ['a refusal that stays beside it', { hasEntrance: true, hasKnocked: true, ...shows('Access denied') }, 'denied'],
    ['no answer', { hasKnocked: true, ...shows('Nobody answered your request') }, 'denied'],
    ['an entrance that wants consent', { hasEntrance: true, stopped: 'consent' }, 'consent'],
    ['an entrance that refuses the name', { hasEntrance: true, stopped: 'name-refused' }, 'name-refused'],
    ['an unknown page', { status: 404 }, 'wrong-link'],
    ['a wall', { status: 403 }, 'blocked'],
    ['a guarded page', { status: 401 }, 'sign-in'],
    ['a server in trouble', { status: 502 }, 'network'],
  ])('%s', (_, marks, expected) => {
    expect(webJoinState({ ...blank, ...marks })).toBe(expected);
  });
});

describe('webJoinState inside', () => {
  const inside = { wasInside: true, hasKnocked: true, hadControls: true, hadConnection: true };
  const standing = { ...inside, isConnected: true };
  it.each<[string, Partial<WebMarks>, JoinState]>([
    ['a page without controls whose connection stands', standing, 'admitted'],
    ['an alert about somebody', { ...standing, ...shows('Ann removed Ben from the meeting') }, 'admitted'],
    ['an alert about a password', { ...standing, ...shows('Room password removed') }, 'admitted'],
    ['an alert about breakout rooms', { ...standing, ...shows('Breakout session ended by presenter') }, 'admitted'],
    ['an alert about lunch', { ...standing, ...shows('Harriet: lunch is over in ten minutes') }, 'admitted'],
    ['an alert to the bot while its connection stands', { ...standing, ...shows('You were removed') }, 'admitted'],
    ['an alert while media still flows', { ...inside, isMediaFlowing: true, ...shows('You were removed') }, 'admitted'],
    ['a removal', { ...inside, ...shows('You were removed from the meeting') }, 'removed'],
    [
      'a removal without controls before',
      { ...inside, hadControls: false, ...shows('Participant removed') },
      'removed',
    ],
    [
      'a removal of oneself beside the controls',
      { ...inside, hasControls: true, ...shows('You were kicked') },
      'removed',
    ],
    ['a removal of the last other one', { ...inside, hasControls: true, ...shows('Ben was removed') }, 'admitted'],
    ['an end', { ...inside, ...shows('The meeting has ended') }, 'ended'],
    ['an end without a word', { ...inside, isEntranceBack: true }, 'ended'],
    ['a removal to the entrance', { ...inside, isEntranceBack: true, ...shows('You were removed') }, 'removed'],
    ['nobody else in a mesh', { ...inside, hasControls: true }, 'admitted'],
    ['nothing to be known by, from the start', { wasInside: true, ...shows('Room password removed') }, 'admitted'],
    ['everything gone', inside, 'loading'],
    ['a lost connection', { ...inside, ...shows('The connection was lost') }, 'network'],
    ['another document', { ...standing, status: 404 }, 'admitted'],
  ])('%s', (_, marks, expected) => {
    expect(webJoinState({ ...blank, ...marks })).toBe(expected);
  });
});
