import { describe, expect, it } from 'vitest';
import { SECOND } from '@earshot/kernel';
import type { JoinState } from './join-state.ts';
import { nothingSeen, trackAdmission } from './admission-tracker.ts';

function after(...states: JoinState[]): JoinState {
  return states.reduce((admission, state, index) => trackAdmission(admission, state, index * SECOND), nothingSeen)
    .believed;
}
const times = (count: number, state: JoinState) => Array<JoinState>(count).fill(state);

describe('trackAdmission', () => {
  it.each<[string, JoinState[], JoinState]>([
    ['the way in', ['loading', 'name', 'waiting'], 'waiting'],
    ['one look at a refusal', ['waiting', 'denied'], 'waiting'],
    ['a refusal', ['waiting', 'denied', 'denied'], 'denied'],
    ['admission at once', ['waiting', 'admitted'], 'admitted'],
    ['a blink inside', ['admitted', 'ended', 'ended', 'admitted', 'ended'], 'admitted'],
    ['an end', ['admitted', 'ended', 'ended', 'ended'], 'ended'],
    ['a removal', ['admitted', ...times(3, 'removed')], 'removed'],
    ['a page that redraws for long', ['admitted', ...times(19, 'loading')], 'admitted'],
    ['a page that is lost', ['admitted', ...times(20, 'loading')], 'ended'],
    ['a lost connection', ['admitted', ...times(20, 'network')], 'network'],
    ['a connection restored', ['admitted', ...times(15, 'network'), 'admitted', ...times(15, 'network')], 'admitted'],
    ['the entrance again', ['admitted', ...times(20, 'name')], 'ended'],
  ])('%s', (_, states, expected) => {
    expect(after(...states)).toBe(expected);
  });
});
