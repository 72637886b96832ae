import { expect, it } from 'vitest';
import { seal, unseal } from './seal.ts';

const key = Buffer.alloc(32, 1);

it('opens what was sealed, under the same key and for the same owner only', () => {
  const sealed = seal(key, 'whsec_abc', 'account-1');
  expect(sealed.toString('latin1')).not.toContain('whsec');
  expect(unseal(key, sealed, 'account-1')).toBe('whsec_abc');
  expect(() => unseal(Buffer.alloc(32, 2), sealed, 'account-1')).toThrow('SECRETS_KEY');
  expect(() => unseal(key, sealed, 'account-2')).toThrow('SECRETS_KEY');
});

it('never seals alike twice, and refuses altered bytes', () => {
  const sealed = seal(key, 'whsec_abc', 'a');
  expect(seal(key, 'whsec_abc', 'a')).not.toEqual(sealed);
  for (const index of [0, 12, sealed.length - 1]) {
    const altered = Buffer.from(sealed);
    altered[index]! ^= 1;
    expect(() => unseal(key, altered, 'a')).toThrow('SECRETS_KEY');
  }
});
