import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

const key = '0f'.repeat(32);

it('has a default for all but the key', () => {
  expect(readConfig({ SECRETS_KEY: key, EGRESS_ALLOW: '127.0.0.1, ::1,' })).toMatchObject({
    rpcListen: '127.0.0.1:7406',
    concurrency: 256,
    egressAllow: ['127.0.0.1', '::1'],
    secrets: { key: Buffer.alloc(32, 15) },
  });
  expect(() => readConfig({})).toThrow('SECRETS_KEY');
});

it('names every problem and shows no value', () => {
  expect(() => readConfig({ SECRETS_KEY: 'short-secret', CONCURRENCY: '0' })).toThrow(/SECRETS_KEY[^]*CONCURRENCY/);
  expect(() => readConfig({ SECRETS_KEY: 'short-secret' })).not.toThrow('short-secret');
});
