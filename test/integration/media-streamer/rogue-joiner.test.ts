import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Artifact, MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { testAssignmentSecret } from '@earshot/harness';
import { createRpcClient, signAssignment } from '@earshot/rpc';
import { Stream } from './joiner.ts';
import { openFixture, type Fixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => void (fixture = await openFixture()));
afterAll(() => fixture[Symbol.asyncDispose]());

describe('the rogue joiner is refused', () => {
  it('takes no recording over with a made-up epoch', async () => {
    const honest = new Stream(fixture.client, fixture.startOf());
    await honest.resumed;
    const { botId } = fixture;
    const another = signAssignment(testAssignmentSecret, { botId, epoch: 1 });
    for (const assignmentToken of ['made-up', another]) {
      const rogue = new Stream(fixture.client, fixture.startOf({ epoch: 99, assignmentToken }));
      await expect(rogue.resumed).rejects.toMatchObject({ code: 'permission-denied' });
    }
    honest.finish(25);
    await honest.ended;
    expect(honest.isFinished).toBe(true);
  });

  it('puts no screenshot with a bot that was not assigned to it', async () => {
    const kept = { botId: fixture.botId, attempt: 2, artifact: Artifact.PAGE, takenAt: new Date(), reason: 'denied' };
    const request = { ...kept, content: Buffer.from('<html>'), assignmentToken: '' };
    await expect(fixture.client.keepDebugArtifact(request)).rejects.toMatchObject({ code: 'permission-denied' });
    expect(await fixture.client.listDebugArtifacts({ botId: fixture.botId })).toEqual({ artifacts: [] });
  });

  it('calls nothing that is for joiners as another service', async () => {
    await using client = createRpcClient(MediaServiceService, fixture.config.rpcListen, { service: 'notifier' });
    const kept = { botId: fixture.botId, attempt: 1, artifact: Artifact.PAGE, takenAt: new Date(), reason: 'denied' };
    const request = { ...kept, content: Buffer.from('<html>'), assignmentToken: '' };
    await expect(client.keepDebugArtifact(request)).rejects.toMatchObject({
      code: 'permission-denied',
      message: '/earshot.media.v1.MediaService/KeepDebugArtifact is not for notifier',
    });
  });
});
