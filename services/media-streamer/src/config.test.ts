import { expect, it } from 'vitest';
import { readConfig } from './config.ts';

const secret = 'x'.repeat(32);

it('asks for a secret that cannot be guessed', () => {
  expect(() => readConfig({})).toThrow(/ASSIGNMENT_SECRET[^]*ARTIFACT_SECRET/);
  expect(() => readConfig({ ARTIFACT_SECRET: 'x'.repeat(31) })).toThrow('32 characters');
});

it('reads the allow list', () => {
  const config = readConfig({
    ARTIFACT_SECRET: secret,
    ASSIGNMENT_SECRET: secret,
    EGRESS_ALLOW: '127.0.0.1:9000, 10.0.0.0/8',
  });
  expect(config.egressAllow).toEqual(['127.0.0.1:9000', '10.0.0.0/8']);
  expect(config).toMatchObject({ rpcListen: '127.0.0.1:7403', transcriberAddress: '127.0.0.1:7404' });
});
