import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  JoinerControlServiceService,
  type ConnectRequest,
  type AssignmentRef,
} from '@earshot/contract/scheduler/v1/joiner_control.ts';
import { AsyncQueue, type ServiceIdentity, type ServiceName } from '@earshot/kernel';
import { createJoinerIdentity, createRpcClient, type JoinerIdentity } from '@earshot/rpc';
import { readRpcSettings } from '@earshot/service';
import { makeCertificates } from '@earshot/stack';
import { spec, startScheduler } from './fixture.ts';

type Received = NonNullable<ConnectRequest['message']>;

const joiner: ServiceIdentity = { service: 'joiner' };

/** What a process receives that claims to be a joiner. Ends, or fails, with its stream. */
async function* pretend(address: string, { as = joiner, says }: { as?: ServiceIdentity; says: readonly Received[] }) {
  await using client = createRpcClient(JoinerControlServiceService, address, as);
  const up = new AsyncQueue<ConnectRequest>();
  for (const message of says) up.push({ message });
  for await (const { message } of client.connect(up, { timeoutMs: 10_000 })) if (message) yield message;
}
const heartbeat = (identity: JoinerIdentity, freeSlots: number, refs: AssignmentRef[] = []): Received => ({
  $case: 'heartbeat',
  value: { ...identity, rpcAddress: '', freeSlots, refs },
});
const firstOf = async <T>(answers: AsyncIterable<T>) => {
  for await (const answer of answers) return answer;
  return undefined;
};

describe('the rogue joiner is refused', () => {
  let fixture: Awaited<ReturnType<typeof startScheduler>>;
  beforeAll(async () => void (fixture = await startScheduler()));
  afterAll(() => fixture[Symbol.asyncDispose]());

  const assigned = async () => {
    const honest = fixture.joiner();
    const { bot } = await fixture.bots.createBot({
      accountId: 'a',
      spec: spec(),
      idempotencyKey: '',
      orderedByKey: '',
    });
    honest.heartbeat([], 1);
    const { ref } = await honest.order('assign', { botId: bot!.botId });
    honest.heartbeat([ref!], 0);
    await honest.see(ref!, { $case: 'entered', value: {} });
    return { honest, ref: ref! };
  };

  it.each([
    ['without a token', () => ''],
    ['with a token of another epoch', (token: string) => token],
    ['with a token that it made up', () => 'a'.repeat(43)],
  ])("ends no other joiner's bot, %s", async (_, tokenOf) => {
    const { honest, ref } = await assigned();
    await using _honest = honest;
    const ended = {
      reason: 'END_REASON_REMOVED',
      detail: 'made up',
      retryable: false,
      recordingPending: false,
    } as const;
    const isOther = tokenOf(ref.token) === ref.token;
    const value = {
      ...{ sequence: 1, reportedAt: new Date(), seen: { $case: 'ended', value: ended } as const },
      ref: { botId: ref.botId, epoch: ref.epoch + (isOther ? 1 : 0), token: tokenOf(ref.token) },
    };
    const says: Received[] = [heartbeat(createJoinerIdentity(), 0), { $case: 'report', value }];
    expect(await firstOf(pretend(fixture.address, { says }))).toEqual({ $case: 'acknowledge', value: { sequence: 1 } });
    expect((await fixture.bots.findBot({ botId: ref.botId })).state).toBe('BOT_STATE_IN_MEETING');
  });

  it('is handed nothing under the name of another joiner', async () => {
    const { honest, ref } = await assigned();
    await using _honest = honest;
    const { joinerSecret } = createJoinerIdentity();
    const { bot } = await fixture.bots.createBot({
      accountId: 'a',
      spec: spec(),
      idempotencyKey: '',
      orderedByKey: '',
    });
    for (const secret of [joinerSecret, '']) {
      const says = [heartbeat({ joinerId: honest.joinerId, joinerSecret: secret }, 5)];
      await expect(firstOf(pretend(fixture.address, { says }))).rejects.toMatchObject({ code: 'permission-denied' });
    }
    expect((await fixture.bots.findBot({ botId: bot!.botId })).state).toBe('BOT_STATE_QUEUED');
    await fixture.bots.stopBot({ botId: bot!.botId, accountId: 'a' });
    expect((await fixture.bots.findBot({ botId: ref.botId })).state).toBe('BOT_STATE_IN_MEETING');
  });

  it('keeps no bot of another joiner by a heartbeat that claims it', async () => {
    const { honest, ref } = await assigned();
    await using _honest = honest;
    const refs = [{ botId: ref.botId, epoch: ref.epoch, token: '' }];
    const says = [heartbeat(createJoinerIdentity(), 0, refs)];
    expect(await firstOf(pretend(fixture.address, { says }))).toMatchObject({
      $case: 'revoke',
      value: { ref: { botId: ref.botId } },
    });
  });

  it('gives a joiner its token again where it has none that is good', async () => {
    const { honest, ref } = await assigned();
    await using _honest = honest;
    const before = honest.heard.length;
    honest.forgetTokens();
    honest.heartbeat([ref], 0);
    await honest.next('assign', { after: before });
    expect(honest.heard.slice(before)).not.toContainEqual(expect.objectContaining({ $case: 'revoke' }));
    await honest.see(ref, { $case: 'leaving', value: { reason: 'END_REASON_EVERYONE_LEFT' } });
    expect((await fixture.bots.findBot({ botId: ref.botId })).state).toBe('BOT_STATE_LEAVING');
  });
});

describe('the rogue joiner is refused where there are certificates', () => {
  const dir = mkdtempSync(join(tmpdir(), 'certificates-'));
  const files = makeCertificates(dir);
  const identityOf = (service: ServiceName) => {
    const { ca, cert, key } = files[service];
    return readRpcSettings(service, { RPC_TLS_CA: ca, RPC_TLS_CERT: cert, RPC_TLS_KEY: key });
  };
  let fixture: Awaited<ReturnType<typeof startScheduler>>;
  beforeAll(async () => void (fixture = await startScheduler({ tls: identityOf('scheduler').tls! })));
  afterAll(async () => {
    await fixture[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true });
  });
  const says = [heartbeat(createJoinerIdentity(), 5)];

  it('cannot connect without a certificate', async () => {
    await expect(firstOf(pretend(fixture.address, { says }))).rejects.toMatchObject({
      code: expect.stringMatching(/unavailable|deadline-exceeded/) as string,
    });
  });

  it('may not connect with the certificate of another service', async () => {
    const { tls } = identityOf('notifier');
    await expect(firstOf(pretend(fixture.address, { as: { service: 'joiner', tls }, says }))).rejects.toMatchObject({
      code: 'permission-denied',
      message: '/earshot.scheduler.v1.JoinerControlService/Connect is not for notifier',
    });
  });

  it('is another one than the joiner that has a certificate', async () => {
    const as = identityOf('joiner');
    await using client = createRpcClient(JoinerControlServiceService, fixture.address, as);
    const up = new AsyncQueue<ConnectRequest>();
    up.push({ message: heartbeat(createJoinerIdentity(), 0, [{ botId: 'x', epoch: 1, token: '' }]) });
    expect(await firstOf(client.connect(up))).toMatchObject({ message: { $case: 'revoke' } });
  });
});
