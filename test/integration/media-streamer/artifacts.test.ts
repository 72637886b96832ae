import { ArtifactKind, ArtifactState, type ArtifactInfo } from '@earshot/contract/media/v1/artifacts.ts';
import { Artifact } from '@earshot/contract/media/v1/media.ts';
import { ArtifactInfo as Artifacts } from '@earshot/contract/media/v1/artifacts.ts';
import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openFixture, type Fixture } from './fixture.ts';
import { batchesOf, framesOf, Stream } from './joiner.ts';
import { packetsOf } from './sound.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
  const stream = new Stream(fixture.client, fixture.startOf());
  stream.send(batchesOf(framesOf('t1', packetsOf('hum')), 2000));
  stream.finish(2000);
  await stream.ended;
});
afterEach(async () => fixture[Symbol.asyncDispose]());

const video = {
  artifactId: 'video-grid',
  kind: ArtifactKind.VIDEO,
  contentType: 'video/mp4',
  width: 1280,
  height: 720,
};

async function store(artifact: Partial<ArtifactInfo>, chunks: readonly Buffer[] = []): Promise<ArtifactInfo> {
  const { client, botId } = fixture;
  async function* requests() {
    yield { message: { $case: 'artifact' as const, value: Artifacts.fromPartial({ ...video, botId, ...artifact }) } };
    for (const value of chunks) yield { message: { $case: 'chunk' as const, value } };
  }
  for await (const stored of client.storeArtifact(requests())) return stored;
  throw new Error('nothing was answered');
}

async function read(token: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const { chunk } of fixture.client.readArtifact({ token, offset: 0, length: 0, suffixLength: 0 })) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

it('keeps a file whole, gives it to whoever has its link, and erases it with the rest', async () => {
  const { client, botId } = fixture;
  const content = randomBytes(300_000);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const pending = await store({ state: ArtifactState.PENDING });
  expect(pending).toMatchObject({ state: ArtifactState.PENDING, bytes: 0 });
  const about = { botId, artifact: Artifact.UNSPECIFIED, artifactId: 'video-grid', attempt: 0, expiresSeconds: 60 };
  await expect(client.signArtifact(about)).rejects.toMatchObject({ code: 'failed-precondition' });

  const stored = await store({ state: ArtifactState.READY }, [content.subarray(0, 200_000), content.subarray(200_000)]);
  expect(stored).toMatchObject({ state: ArtifactState.READY, bytes: content.length, sha256, width: 1280 });
  const { token, contentType } = await client.signArtifact(about);
  expect(contentType).toBe('video/mp4');
  expect(await read(token)).toEqual(content);
  await expect(read(token.replace('video-grid', 'video-other'))).rejects.toMatchObject({ code: 'permission-denied' });

  // What is ready stands, whoever made it once more.
  expect(await store({ state: ArtifactState.READY }, [Buffer.from('other')])).toMatchObject({ sha256 });
  const { artifacts } = await client.listArtifacts({ botId, kinds: [] });
  expect(artifacts.map(({ artifactId, state }) => [artifactId, state])).toEqual([
    ['mixed-audio', ArtifactState.READY],
    ['video-grid', ArtifactState.READY],
  ]);
  expect((await client.listArtifacts({ botId, kinds: [ArtifactKind.VIDEO] })).artifacts).toHaveLength(1);

  const { deletedObjects, unfinished } = await client.erase({ botId, final: false });
  expect({ unfinished, hasDeleted: deletedObjects > 1 }).toEqual({ unfinished: false, hasDeleted: true });
  await expect(read(token)).rejects.toMatchObject({ code: 'not-found' });
  await expect(store({ state: ArtifactState.READY }, [content])).rejects.toMatchObject({ code: 'failed-precondition' });
});

it('refuses what is no artifact, and says what is wrong', async () => {
  await expect(store({ artifactId: '../x' })).rejects.toMatchObject({ code: 'invalid-argument' });
  await expect(store({ kind: ArtifactKind.UNSPECIFIED })).rejects.toMatchObject({ code: 'invalid-argument' });
  await expect(store({ botId: crypto.randomUUID(), state: ArtifactState.READY })).rejects.toMatchObject({
    code: 'not-found',
  });
});
