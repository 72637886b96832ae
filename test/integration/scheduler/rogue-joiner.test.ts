import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AttendanceServiceService, type AttendRequest, type Seat } from '@earshot/contract/scheduler/v1/attendance.ts';
import { AsyncQueue, type ServiceIdentity, type ServiceName } from '@earshot/kernel';
import { createJoinerIdentity, createRpcClient, type JoinerIdentity } from '@earshot/rpc';
import { readRpcSettings } from '@earshot/service';
import { makeCertificates } from '@earshot/stack';
import { spec, startScheduler } from './stage.ts';

type Said = NonNullable<AttendRequest['message']>;

const joiner: ServiceIdentity = { service: 'joiner' };

/** What a process hears that says it is a joiner. Ends, or fails, with its stream. */
async function* pretend(address: string, { as = joiner, says }: { as?: ServiceIdentity; says: readonly Said[] }) {
  await using client = createRpcClient(AttendanceServiceService, address, as);
  const up = new AsyncQueue<AttendRequest>();
  for (const message of says) up.push({ message });
  for await (const { message } of client.attend(up, { timeoutMs: 10_000 })) if (message) yield message;
}
const heartbeat = (identity: JoinerIdentity, freeSeats: number, seats: Seat[] = []): Said => ({
  $case: 'heartbeat',
  value: { ...identity, freeSeats, seats },
});
const firstOf = async <T>(answers: AsyncIterable<T>) => {
  for await (const answer of answers) return answer;
  return undefined;
};

describe('the rogue joiner is refused', () => {
  let stage: Awaited<ReturnType<typeof startScheduler>>;
  beforeAll(async () => void (stage = await startScheduler()));
  afterAll(() => stage[Symbol.asyncDispose]());

  const assigned = async () => {
    const honest = stage.joiner();
    const { bot } = await stage.bots.createBot({ accountId: 'a', spec: spec(), idempotencyKey: '', orderedByKey: '' });
    honest.heartbeat([], 1);
    const { seat } = await honest.order('assign', { botId: bot!.botId });
    honest.heartbeat([seat!], 0);
    await honest.see(seat!, { $case: 'entered', value: {} });
    return { honest, seat: seat! };
  };

  it.each([
    ['without a token', () => ''],
    ['with a token of another epoch', (token: string) => token],
    ['with a token that it made up', () => 'a'.repeat(43)],
  ])("ends no other joiner's bot, %s", async (_, tokenOf) => {
    const { honest, seat } = await assigned();
    await using _honest = honest;
    const ended = {
      reason: 'END_REASON_REMOVED',
      detail: 'made up',
      retryable: false,
      recordingPending: false,
    } as const;
    const isOther = tokenOf(seat.token) === seat.token;
    const value = {
      ...{ sequence: 1, observedAt: new Date(), seen: { $case: 'ended', value: ended } as const },
      seat: { botId: seat.botId, epoch: seat.epoch + (isOther ? 1 : 0), token: tokenOf(seat.token) },
    };
    const says: Said[] = [heartbeat(createJoinerIdentity(), 0), { $case: 'observation', value }];
    expect(await firstOf(pretend(stage.address, { says }))).toEqual({ $case: 'acknowledge', value: { sequence: 1 } });
    expect((await stage.bots.findBot({ botId: seat.botId })).state).toBe('BOT_STATE_IN_MEETING');
  });

  it('is handed nothing under the name of another joiner', async () => {
    const { honest, seat } = await assigned();
    await using _honest = honest;
    const { joinerSecret } = createJoinerIdentity();
    const { bot } = await stage.bots.createBot({ accountId: 'a', spec: spec(), idempotencyKey: '', orderedByKey: '' });
    for (const secret of [joinerSecret, '']) {
      const says = [heartbeat({ joinerId: honest.joinerId, joinerSecret: secret }, 5)];
      await expect(firstOf(pretend(stage.address, { says }))).rejects.toMatchObject({ code: 'permission-denied' });
    }
    expect((await stage.bots.findBot({ botId: bot!.botId })).state).toBe('BOT_STATE_QUEUED');
    await stage.bots.stopBot({ botId: bot!.botId, accountId: 'a' });
    expect((await stage.bots.findBot({ botId: seat.botId })).state).toBe('BOT_STATE_IN_MEETING');
  });

  it('keeps no bot of another joiner by saying that it holds it', async () => {
    const { honest, seat } = await assigned();
    await using _honest = honest;
    const seats = [{ botId: seat.botId, epoch: seat.epoch, token: '' }];
    const says = [heartbeat(createJoinerIdentity(), 0, seats)];
    expect(await firstOf(pretend(stage.address, { says }))).toMatchObject({
      $case: 'abandon',
      value: { seat: { botId: seat.botId } },
    });
  });

  it('gives a joiner its token again where it has none that is good', async () => {
    const { honest, seat } = await assigned();
    await using _honest = honest;
    const before = honest.heard.length;
    honest.forgetTokens();
    honest.heartbeat([seat], 0);
    await honest.next('assign', { after: before });
    expect(honest.heard.slice(before)).not.toContainEqual(expect.objectContaining({ $case: 'abandon' }));
    await honest.see(seat, { $case: 'leaving', value: { reason: 'END_REASON_EVERYONE_LEFT' } });
    expect((await stage.bots.findBot({ botId: seat.botId })).state).toBe('BOT_STATE_LEAVING');
  });
});

describe('the rogue joiner is refused where there are certificates', () => {
  const dir = mkdtempSync(join(tmpdir(), 'certificates-'));
  const files = makeCertificates(dir);
  const identityOf = (service: ServiceName) => {
    const { ca, cert, key } = files[service];
    return readRpcSettings(service, { RPC_TLS_CA: ca, RPC_TLS_CERT: cert, RPC_TLS_KEY: key });
  };
  let stage: Awaited<ReturnType<typeof startScheduler>>;
  beforeAll(async () => void (stage = await startScheduler({ tls: identityOf('scheduler').tls! })));
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    rmSync(dir, { recursive: true });
  });
  const says = [heartbeat(createJoinerIdentity(), 5)];

  it('cannot connect without a certificate', async () => {
    await expect(firstOf(pretend(stage.address, { says }))).rejects.toMatchObject({
      code: expect.stringMatching(/unavailable|deadline-exceeded/) as string,
    });
  });

  it('may not attend with the certificate of another service', async () => {
    const { tls } = identityOf('notifier');
    await expect(firstOf(pretend(stage.address, { as: { service: 'joiner', tls }, says }))).rejects.toMatchObject({
      code: 'permission-denied',
      message: '/earshot.scheduler.v1.AttendanceService/Attend is not for notifier',
    });
  });

  it('is another one than the joiner that has a certificate', async () => {
    const as = identityOf('joiner');
    await using client = createRpcClient(AttendanceServiceService, stage.address, as);
    const up = new AsyncQueue<AttendRequest>();
    up.push({ message: heartbeat(createJoinerIdentity(), 0, [{ botId: 'x', epoch: 1, token: '' }]) });
    expect(await firstOf(client.attend(up))).toMatchObject({ message: { $case: 'abandon' } });
  });
});
