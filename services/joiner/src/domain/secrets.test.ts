import { describe, expect, it } from 'vitest';
import { secretsOf, withoutSecrets } from './secrets.ts';

describe('secretsOf', () => {
  it.each([
    ['https://zoom.us/j/123?pwd=abcdef', ['abcdef']],
    ['https://zoom.us/j/123?pwd=a%2Bbc&uname=Bot#success', ['success', 'a%2Bbc', 'a+bc', 'Bot']],
    ['https://teams.microsoft.com/meet/123?p=X1y', ['X1y']],
    ['https://meet.google.com/abc-defg-hij', []],
    ['https://zoom.us/j/123?pwd=%', []],
  ])('%s', (url, expected) => {
    expect(secretsOf(url)).toEqual(expected);
  });
});

describe('withoutSecrets', () => {
  it('takes out every occurrence', () => {
    expect(withoutSecrets('pwd abc, abc-d', ['abc-d', 'abc'])).toBe('pwd [removed], [removed]');
  });
});
