import { describe, expect, it } from 'vitest';
import { isWithin } from './identity.ts';
import type { AccountId } from './ids.ts';

const account = (text: string) => text as AccountId;

describe('isWithin', () => {
  it("holds for one's own account and for those who may see all", () => {
    expect(isWithin({ accountId: account('a') }, account('a'))).toBe(true);
    expect(isWithin({ accountId: account('a') }, account('b'))).toBe(false);
    expect(isWithin('all-accounts', account('b'))).toBe(true);
  });

  it('takes the empty account for nobody', () => {
    expect(isWithin({ accountId: account('') }, account('a'))).toBe(false);
    expect(isWithin({ accountId: account('') }, account(''))).toBe(false);
  });
});
