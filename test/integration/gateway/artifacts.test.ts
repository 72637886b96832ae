import { Artifact } from '@earshot/contract/media/v1/media.ts';
import { testAssignmentSecret } from '@earshot/harness';
import { signAssignment } from '@earshot/rpc';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openFixture, type Fixture } from '../media-streamer/fixture.ts';
import { openGateway } from './open-gateway.ts';

const content = Array.from({ length: 1000 }, (_, index) => String(index % 10)).join('');
let fixture: Fixture;
let gateway: Awaited<ReturnType<typeof openGateway>>;
let token = '';

beforeAll(async () => {
  fixture = await openFixture();
  const kept = { botId: fixture.botId, attempt: 1, artifact: Artifact.PAGE };
  await fixture.client.keepDebugArtifact({
    ...{ ...kept, takenAt: new Date(), reason: 'denied' },
    assignmentToken: signAssignment(testAssignmentSecret, { botId: fixture.botId, epoch: kept.attempt }),
    content: Buffer.from(content),
  });
  token = (await fixture.client.signArtifact({ ...kept, artifactId: '', expiresSeconds: 600 })).token;
  gateway = await openGateway({ limits: { failedKeysPerMinute: 10_000 }, media: fixture.client });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});

const get = (headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${gateway.origin}/artifacts/${token}`, { method, headers });

it.each([
  ['bytes=0-0', 0, 0],
  ['bytes=100-199', 100, 199],
  ['bytes=990-', 990, 999],
  ['bytes=990-9007199254740993', 990, 999],
  ['bytes=0-99999999999999999999', 0, 999],
  ['bytes=-500', 500, 999],
  ['bytes=-99999999999999999999', 0, 999],
])('answers %s with these bytes', async (range, start, end) => {
  const answer = await get({ range });
  expect([answer.status, answer.headers.get('content-range')]).toEqual([206, `bytes ${start}-${end}/1000`]);
  expect(answer.headers.get('content-length')).toBe(String(end - start + 1));
  expect(await answer.text()).toBe(content.slice(start, end + 1));
});

it.each(['bytes=1000-', 'bytes=1000-2000', 'bytes=9007199254740993-', 'bytes=99999999999999999999-', 'bytes=-0'])(
  'answers %s with 416 and the size',
  async (range) => {
    const answer = await get({ range });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, 'bytes */1000']);
  },
);

it.each(['bytes=5-3', 'bytes=', 'bytes=-', 'bytes=a-b', 'bytes=0-1,5-6', 'lines=0-1', 'x'])(
  'answers %s with the whole',
  async (range) => {
    const answer = await get({ range });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([200, null]);
    expect(await answer.text()).toBe(content);
  },
);

it('answers a range on a condition with the whole, and HEAD with what GET would say', async () => {
  expect((await get({ range: 'bytes=0-1', 'if-range': '"x"' })).status).toBe(200);
  const head = await get({ range: 'bytes=0-1' }, 'HEAD');
  expect(head.status).toBe(200);
  const { 'content-length': length, 'accept-ranges': ranges } = Object.fromEntries(head.headers);
  expect([length, ranges, await head.text()]).toEqual(['1000', 'bytes', '']);
});

it('takes a link as it was signed, and no other way to write it', async () => {
  expect((await get()).status).toBe(200);
  const last = token.at(-1) ?? '';
  const neighbours = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].filter(
    (each) => each !== last,
  );
  const others = [...neighbours.map((each) => token.slice(0, -1) + each), `${token}=`, `${token}%3D`, `${token}%20`];
  for (const other of others) {
    const answer = await fetch(`${gateway.origin}/artifacts/${other}`, { headers: { range: 'bytes=5-3' } });
    expect(answer.status, other).toBe(403);
  }
});
