import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { RetentionServiceService } from '@earshot/contract/retention/v1/retention.ts';
import type { ServiceName } from '@earshot/kernel';
import { admit, writeCaller } from './access.ts';

const method = RetentionServiceService.eraseNow;
const callers = { gateway: 'account', scheduler: 'all-accounts' } as const;
const plain = { method, callers, isProven: false };
const proven = { ...plain, isProven: true };

function from(service: string, account?: string): Metadata {
  const metadata = new Metadata();
  writeCaller(metadata, { service: service as ServiceName }, account);
  return metadata;
}
const certificateOf = (name: string) => ({ subject: { CN: name } }) as never;

describe('admit', () => {
  it('knows a caller by its metadata where nobody has certificates', () => {
    expect(admit(plain, { metadata: from('scheduler'), certificate: undefined })).toEqual({
      service: 'scheduler',
      scope: 'all-accounts',
    });
  });

  it('knows a caller by its certificate, whatever its metadata', () => {
    const call = { metadata: from('scheduler', 'a'), certificate: certificateOf('gateway') };
    expect(admit(proven, call)).toEqual({ service: 'gateway', scope: { accountId: 'a' } });
    expect(() => admit(proven, { ...call, certificate: undefined })).toThrow('is not for strangers');
  });

  it.each(['notifier', 'operator', 'nobody', ''])('refuses %j, and names the method', (service) => {
    expect(() => admit(plain, { metadata: from(service), certificate: undefined })).toThrow(
      expect.objectContaining({ code: 'permission-denied', message: expect.stringContaining(method.path) as string }),
    );
  });

  it('takes the empty account for nobody', () => {
    for (const account of [undefined, ''])
      expect(() => admit(plain, { metadata: from('gateway', account), certificate: undefined })).toThrow(
        expect.objectContaining({ code: 'invalid-argument' }),
      );
  });

  it('refuses a request about another account than the call is for', () => {
    const call = { metadata: from('gateway', 'a'), certificate: undefined };
    expect(() => admit(plain, { ...call, request: { accountId: 'b' } })).toThrow(
      expect.objectContaining({ code: 'permission-denied' }),
    );
    expect(admit(plain, { ...call, request: { accountId: 'a' } }).scope).toEqual({ accountId: 'a' });
  });

  it('carries an account of any letters', () => {
    const account = 'Zürich 🎧 %';
    expect(admit(plain, { metadata: from('gateway', account), certificate: undefined }).scope).toEqual({
      accountId: account,
    });
  });
});
