import { describe, expect, it } from 'vitest';
import { codeOfStatus, engineError, statusOfHandshake } from './engine-error.ts';

describe('engineError', () => {
  it('keeps the reason and never the key', () => {
    const error = engineError('unauthenticated', {
      engine: 'deepgram',
      apiKey: 's3cret',
      reason: 'bad key s3cret',
      status: 401,
    });
    expect(error.fields).toEqual({ engine: 'deepgram', reason: 'bad key [key]', status: 401 });
    expect(JSON.stringify([error.message, error.fields])).not.toContain('s3cret');
  });

  it.each([
    [401, 'unauthenticated'],
    [403, 'unauthenticated'],
    [429, 'resource-exhausted'],
    [400, 'invalid-argument'],
    [500, 'unavailable'],
    [503, 'unavailable'],
    [200, 'internal'],
    [undefined, 'unavailable'],
  ])('reads status %s as %s', (status, code) => {
    expect(codeOfStatus(status)).toBe(code);
  });

  it('finds the status of a refused handshake', () => {
    expect(statusOfHandshake('Unexpected server response: 429')).toBe(429);
    expect(statusOfHandshake('connect ECONNREFUSED')).toBeUndefined();
  });
});

it('leaves the reason as it is where there is no key to take out', () => {
  const error = engineError('unavailable', { engine: 'openai_compatible', apiKey: '', reason: 'busy' });
  expect(error.fields).toMatchObject({ reason: 'busy' });
});
