import { AppError } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { EgressFailure, toEgressFailure } from './egress-failure.ts';

it.each([
  ['ECONNREFUSED', 'connect', 'unavailable'],
  ['EHOSTUNREACH', 'connect', 'unavailable'],
  ['ETIMEDOUT', 'timeout', 'deadline-exceeded'],
  ['ENOTFOUND', 'dns', 'unavailable'],
  ['EAI_AGAIN', 'dns', 'unavailable'],
  ['CERT_HAS_EXPIRED', 'tls', 'unavailable'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', 'unavailable'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', 'unavailable'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', 'unavailable'],
  ['UND_ERR_HEADERS_OVERFLOW', 'too-large', 'resource-exhausted'],
  ['UND_ERR_SOCKET', 'reset', 'unavailable'],
  ['HPE_INVALID_CONSTANT', 'reset', 'unavailable'],
])('sorts %s as %s', (errorCode, reason, code) => {
  const failure = toEgressFailure(Object.assign(new Error('connect 10.0.0.1:80'), { code: errorCode }));
  expect(failure).toMatchObject({ reason, code });
  expect(failure.message).toContain(errorCode);
  expect(failure.message).not.toContain('10.0.0.1');
});

it('keeps what is sorted already, and takes our refusals for refusals', () => {
  const failure = new EgressFailure('tls', 'no');
  expect(toEgressFailure(failure)).toBe(failure);
  expect(toEgressFailure(new AppError('invalid-argument', 'no port'))).toMatchObject({ reason: 'blocked' });
  expect(toEgressFailure(new Error('Unexpected server response: 302')).message).toBe(
    'answered 302 instead of upgrading',
  );
  expect(toEgressFailure('anything').reason).toBe('reset');
});
