import { isUuid } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import { createJoinerIdentity, isAssigned, joinerIdOf, signAssignment } from './assignments.ts';

const secret = 'x'.repeat(32);
const assignment = { botId: '7b0c6a4e-6a0e-4a52-9d3c-1f0f6f1f9b11', epoch: 3 };

describe('isAssigned', () => {
  it('holds for the token of that bot and epoch, and no other', () => {
    const token = signAssignment(secret, assignment);
    expect(isAssigned(secret, assignment, token)).toBe(true);
    expect(isAssigned(secret, { ...assignment, epoch: 4 }, token)).toBe(false);
    expect(isAssigned(secret, { ...assignment, botId: 'another' }, token)).toBe(false);
    expect(isAssigned('y'.repeat(32), assignment, token)).toBe(false);
  });

  it.each(['', '=', 'padding'])('takes no other spelling of a token: %j', (more) => {
    const token = signAssignment(secret, assignment);
    expect(isAssigned(secret, assignment, more === '' ? '' : `${token}${more}`)).toBe(false);
  });
});

describe('createJoinerIdentity', () => {
  it('makes names that only their secrets lead to', () => {
    const [one, two] = [createJoinerIdentity(), createJoinerIdentity()];
    expect(isUuid(one.joinerId)).toBe(true);
    expect(one.joinerId).toBe(joinerIdOf(one.joinerSecret));
    expect(one.joinerId).not.toBe(joinerIdOf(two.joinerSecret));
  });
});
