import { describe, expect, it } from 'vitest';
import type { EgressResult } from '@earshot/egress';
import { fetchPicture } from './fetch-picture.ts';

const png = (width: number, height: number) => {
  const bytes = Buffer.from('89504e470d0a1a0a0000000d4948445200000000000000000802000000', 'hex');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
};
const answered = (given: Partial<EgressResult & { body: Uint8Array; status: number }>): EgressResult =>
  ({ kind: 'response', status: 200, body: png(640, 360), isTruncated: false, ...given }) as EgressResult;

describe('fetchPicture', () => {
  it.each([
    ['an address that is refused', { kind: 'failed', reason: 'blocked' } as const, 'blocked'],
    ['a redirect', answered({ status: 302 }), 'status'],
    ['one that is too large', answered({ isTruncated: true } as Partial<EgressResult>), 'too-large'],
    ['something else', answered({ body: Buffer.from('<html>') }), 'not-a-picture'],
    ['a picture that would fill the memory', answered({ body: png(65_535, 65_535) }), 'too-many-pixels'],
  ])('names the problem of %s', async (_, result, problem) => {
    const egress = { request: async () => result as EgressResult };
    expect(await fetchPicture(egress, 'https://customer.example/logo.png')).toEqual({ problem });
  });

  it('asks once, with a limit on time and size, and answers the picture', async () => {
    const asked: object[] = [];
    const request = async (given: object) => {
      asked.push(given);
      return answered({});
    };
    expect(await fetchPicture({ request }, 'https://customer.example/logo')).toMatchObject({
      picture: { type: 'image/png', width: 640, height: 360 },
    });
    expect(asked).toEqual([
      { url: 'https://customer.example/logo', method: 'GET', timeoutMs: 5000, maxResponseBytes: 5 * 1024 * 1024 },
    ]);
  });
});
