import { AppError } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { eventually } from '@earshot/harness';
import { apiKeys, dial, openGateway } from './open-gateway.ts';

const noKeys = { listProviderKeys: async () => ({ keys: [] }) };
const path = '/api/v1/provider_keys';

it('tells an account how much it may ask, and refuses what is more, of that account only', async () => {
  await using gateway = await openGateway({ limits: { requestsPerSecond: 1 }, providerKeys: noKeys });
  const first = await gateway.ask(path);
  expect(first.status).toBe(200);
  expect(Object.fromEntries(first.headers)).toMatchObject({ 'x-ratelimit-limit': '10', 'x-ratelimit-remaining': '9' });
  for (let asked = 1; asked < 10; asked++) expect((await gateway.ask(path)).status).toBe(200);
  const refused = await gateway.ask(path);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
  expect(await refused.json()).toEqual({ message: 'Too many requests of this account.' });
  expect((await gateway.ask(path, { key: 'account-2' })).status).toBe(200);
});

it('refuses an address that shows wrong keys without looking at more of them, and lets a known key pass', async () => {
  let looked = 0;
  const counting = { find: (key: string) => (looked++, apiKeys.find(key)) };
  await using gateway = await openGateway({
    ...{ limits: { failedKeysPerMinute: 3, trustedProxies: ['127.0.0.1'] } },
    ...{ apiKeys: counting, providerKeys: noKeys },
  });
  const from = (address: string, key: string) => gateway.ask(path, { key, headers: { 'x-forwarded-for': address } });
  expect((await from('192.0.2.1', 'account-1')).status).toBe(200);
  for (const guess of [1, 2, 3]) expect((await from('192.0.2.1', `wrong-${guess}`)).status).toBe(403);
  const before = looked;
  const refused = await from('192.0.2.1', 'wrong-4');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1);
  expect((await from('192.0.2.1', 'never-seen')).status).toBe(429);
  expect(looked).toBe(before);
  expect((await from('192.0.2.1', 'account-1')).status).toBe(200);
  expect((await from('192.0.2.2', 'wrong-5')).status).toBe(403);
});

it('counts a download link that was made up as a wrong key', async () => {
  const media = {
    async *readArtifact() {
      throw new AppError('permission-denied', 'the token is not valid, or not any more');
    },
  };
  await using gateway = await openGateway({ limits: { failedKeysPerMinute: 2 }, media });
  const statuses = [];
  for (const guess of [1, 2, 3]) statuses.push((await gateway.ask(`/artifacts/${guess}`)).status);
  expect(statuses).toEqual([403, 403, 429]);
});

it('answers so many requests of an account at a time, and does not count less when whoever asked has gone', async () => {
  const waiting: (() => void)[] = [];
  const providerKeys = {
    listProviderKeys: ({ accountId }: { accountId: string }) =>
      accountId === 'account-1'
        ? new Promise((resolve) => waiting.push(() => resolve({ keys: [] })))
        : Promise.resolve({ keys: [] }),
  };
  await using gateway = await openGateway({ limits: { concurrentRequests: 3 }, providerKeys });
  const asked = (count: number) =>
    eventually(async () => waiting.length === count, { signal: AbortSignal.timeout(10_000) });
  const slow = [1, 2].map(() => gateway.ask(path));
  const impatient = dial(gateway.port);
  impatient.socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Token account-1\r\n\r\n`);
  await asked(3);
  impatient.socket.destroy();
  await gateway.connections(2);
  const patient = gateway.ask(path);
  expect((await gateway.ask(path, { key: 'account-2' })).status).toBe(200);
  const refused = await patient;
  expect([refused.status, refused.headers.get('retry-after'), waiting.length]).toEqual([429, '1', 3]);
  const next = gateway.ask(path);
  for (const answer of waiting.splice(0)) answer();
  expect((await Promise.all(slow)).map(({ status }) => status)).toEqual([200, 200]);
  await asked(1);
  waiting[0]?.();
  expect((await next).status).toBe(200);
});
