import { describe, expect, it } from 'vitest';
import { isAtLeast, parseNatsUrl } from './nats-address.ts';

describe('parseNatsUrl', () => {
  it.each([
    ['nats://127.0.0.1:7422', { servers: ['nats://127.0.0.1:7422'], isSecure: false }],
    ['one, nats://two:4223', { servers: ['nats://one:4222', 'nats://two:4223'], isSecure: false }],
    [
      'nats://me:p%40ss@one:1,two:2',
      { servers: ['nats://one:1', 'nats://two:2'], isSecure: false, user: 'me', pass: 'p@ss' },
    ],
    ['tls://s3cret@one', { servers: ['tls://one:4222'], isSecure: true, token: 's3cret' }],
    ['nats://[::1]:4222', { servers: ['nats://[::1]:4222'], isSecure: false }],
  ])('reads %s', (text, address) => {
    expect(parseNatsUrl(text)).toEqual(address);
  });

  it.each(['http://me:s3cret@one', 'nats://', ''])('refuses %s without repeating it', (text) => {
    expect(() => parseNatsUrl(text)).toThrow(/^NATS_URL must look like/);
    expect(() => parseNatsUrl(text)).not.toThrow('s3cret');
  });
});

describe('isAtLeast', () => {
  it.each([
    ['2.9.10', true],
    ['2.10.0', true],
    ['3.0.0-RC.1', true],
    ['2.9.9', false],
    ['2.8.20', false],
    ['1.99.99', false],
  ])('says whether %s is 2.9.10 or later', (version, is) => {
    expect(isAtLeast(version, '2.9.10')).toBe(is);
  });
});
