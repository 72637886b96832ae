import { describe, expect, it } from 'vitest';
import type { DoorState } from '../../domain/door-state.ts';
import { webDoor, type WebMarks } from './door.ts';

const blank: WebMarks = {
  status: 200,
  hasJoinButton: false,
  hasNameInput: false,
  hasLeaveControl: false,
  hasTile: false,
  isWaiting: false,
  notice: '',
  hasKnocked: false,
  wasInside: false,
  isMediaFlowing: false,
  isConnected: false,
};
const call = { hasLeaveControl: true, hasTile: true };

describe('webDoor', () => {
  it.each<[string, Partial<WebMarks>, DoorState]>([
    ['an empty page', {}, 'loading'],
    ['an entrance', { hasJoinButton: true, hasNameInput: true }, 'name'],
    ['a lobby', { hasKnocked: true, isWaiting: true, hasLeaveControl: true }, 'waiting'],
    ['a busy page before the knock', { isWaiting: true }, 'loading'],
    ['a way to leave alone', { hasKnocked: true, hasLeaveControl: true }, 'loading'],
    ['a call', call, 'admitted'],
    ['media alone', { isMediaFlowing: true }, 'admitted'],
    ['media on the entrance', { isMediaFlowing: true, hasJoinButton: true }, 'name'],
    ['a silent page without controls', { wasInside: true, isConnected: true }, 'admitted'],
    ['an alert inside', { ...call, notice: 'Ann removed Ben from the meeting' }, 'admitted'],
    ['a removal', { notice: 'You were removed from the meeting' }, 'removed'],
    ['a removal while media still flows', { notice: 'You were removed', isMediaFlowing: true }, 'removed'],
    ['an end', { notice: 'The meeting has ended' }, 'ended'],
    ['a refusal', { notice: 'The host denied your request', hasKnocked: true }, 'denied'],
    ['no answer', { notice: 'Nobody answered your request', hasKnocked: true }, 'denied'],
    ['an unknown page', { status: 404 }, 'wrong-link'],
    ['a wall', { status: 403 }, 'blocked'],
    ['a guarded page', { status: 401 }, 'sign-in'],
    ['a server in trouble', { status: 502 }, 'network'],
    ['a lost line', { notice: 'The connection was lost', wasInside: true }, 'network'],
  ])('%s', (_, marks, expected) => {
    expect(webDoor({ ...blank, ...marks })).toBe(expected);
  });
});
