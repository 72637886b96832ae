import { describe, expect, it } from 'vitest';
import { SECOND } from '@earshot/kernel';
import { answerPermission, notAsked, type Permission, type RecordingPermission } from './recording-permission.ts';

/** One answer of the page a second, and what the host is known to have answered. */
function follow(answers: readonly RecordingPermission[]) {
  const answered: boolean[] = [];
  let permission: Permission = notAsked;
  answers.forEach((answer, second) => {
    if (permission.case === 'permitted') throw new Error('asked again');
    const after = answerPermission(permission, answer, second * SECOND);
    permission = after.permission;
    if (after.isAllowed !== undefined) answered.push(after.isAllowed);
  });
  const { case: kind, since } = permission as Permission;
  return [kind, since, answered] as const;
}

describe('answerPermission', () => {
  it.each<[string, RecordingPermission[], ReturnType<typeof follow>]>([
    ['begins at once where the platform has no say', ['not-offered'], ['permitted', 0, []]],
    ['begins unasked where nothing is offered', ['unknown', 'not-offered'], ['permitted', 1000, []]],
    ['looks again while nothing is known', ['unknown', 'unknown'], ['unpermitted', undefined, []]],
    ['waits for an answer', ['asked', 'asked', 'asked'], ['unpermitted', 0, []]],
    ['begins with the permission, and reports it', ['asked', 'allowed'], ['permitted', 1000, [true]]],
    ['reports once that it is denied', ['asked', 'denied', 'denied'], ['unpermitted', 1000, [false]]],
    ['takes a request that ran out for a no', ['asked', 'asked', 'ignored'], ['unpermitted', 2000, [false]]],
    ['keeps its time while the page shows nothing', ['asked', 'unknown'], ['unpermitted', 0, []]],
    ['begins late', ['asked', 'denied', 'allowed'], ['permitted', 2000, [false, true]]],
  ])('%s', (_, answers, expected) => {
    expect(follow(answers)).toEqual(expected);
  });
});
