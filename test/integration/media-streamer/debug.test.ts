import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Artifact } from '@earshot/contract/media/v1/media.ts';
import { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { testAssignmentSecret } from '@earshot/harness';
import { signAssignment } from '@earshot/rpc';
import { openFixture, type Fixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => void (fixture = await openFixture()));
afterAll(() => fixture[Symbol.asyncDispose]());

const takenAt = new Date('2026-01-02T03:04:05.678Z');
const keep = (attempt: number, artifact: Artifact, content: string) =>
  fixture.client.keepDebugArtifact({
    ...{ botId: fixture.botId, attempt, artifact, takenAt, reason: 'denied' },
    content: Buffer.from(content),
    assignmentToken: signAssignment(testAssignmentSecret, { botId: fixture.botId, epoch: attempt }),
  });
async function read(token: string): Promise<string> {
  const parts: Buffer[] = [];
  for await (const { chunk } of fixture.client.readArtifact({ token, offset: 0, length: 0, suffixLength: 0 }))
    parts.push(chunk);
  return Buffer.concat(parts).toString();
}

it('keeps what a failed attempt looked like with the bot, until the bot is erased', async () => {
  const { client, botId } = fixture;
  await keep(1, Artifact.SCREENSHOT, 'too early');
  await keep(1, Artifact.SCREENSHOT, 'a picture');
  await keep(1, Artifact.PAGE, '<html>');
  await keep(2, Artifact.PAGE, '<html lang="en">');
  await fixture.over(BotState.FAILED, false);
  const { artifacts } = await client.listDebugArtifacts({ botId });
  expect(artifacts).toEqual([
    { attempt: 1, artifact: Artifact.PAGE, takenAt, reason: 'denied', bytes: 6 },
    { attempt: 1, artifact: Artifact.SCREENSHOT, takenAt, reason: 'denied', bytes: 9 },
    { attempt: 2, artifact: Artifact.PAGE, takenAt, reason: 'denied', bytes: 16 },
  ]);

  const sign = (attempt: number, artifact: Artifact) =>
    client.signArtifact({ botId, attempt, artifact, artifactId: '', expiresSeconds: 60 });
  const { token, ...signed } = await sign(1, Artifact.SCREENSHOT);
  expect(signed).toEqual({ bytes: 9, contentType: 'image/jpeg' });
  expect(await read(token)).toBe('a picture');
  // A page is text: it is never run from our own address.
  const page = await sign(2, Artifact.PAGE);
  expect(page.contentType).toBe('text/plain; charset=utf-8');
  expect(await read(page.token)).toBe('<html lang="en">');
  for (const forged of [page.token.replace('~2-', '~1-'), page.token.replace('-page', '-screenshot'), `${token}x`]) {
    await expect(read(forged)).rejects.toMatchObject({ code: 'permission-denied' });
  }
  await expect(sign(2, Artifact.SCREENSHOT)).rejects.toMatchObject({ code: 'not-found' });

  expect(await client.erase({ botId, final: false })).toEqual({
    deletedObjects: 3,
    totalObjects: 3,
    unfinished: false,
  });
  expect(await client.erase({ botId, final: false })).toEqual({
    deletedObjects: 0,
    totalObjects: 3,
    unfinished: false,
  });
  expect((await client.listDebugArtifacts({ botId })).artifacts).toEqual([]);
  await expect(read(token)).rejects.toMatchObject({ code: 'not-found' });
  await expect(keep(3, Artifact.PAGE, 'late')).rejects.toMatchObject({ code: 'failed-precondition' });
  const left = await readdir(join(fixture.config.blobDir, 'bots'), { recursive: true }).catch(() => []);
  expect(left).toEqual([]);
});

it('refuses nothing, too much, and what a recording has', async () => {
  const code = 'invalid-argument';
  await expect(keep(1, Artifact.PAGE, '')).rejects.toMatchObject({ code });
  await expect(keep(1, Artifact.PAGE, 'x'.repeat(2 * 1024 * 1024 + 1))).rejects.toMatchObject({ code });
  await expect(keep(1, Artifact.MIXED_AUDIO, 'x')).rejects.toMatchObject({ code });
});
