import {
  JoinerControlServiceService,
  type BotReport,
  type ConnectRequest,
  type ConnectResponse,
} from '@earshot/contract/scheduler/v1/joiner_control.ts';
import { BotServiceService, type BotSpec } from '@earshot/contract/scheduler/v1/bots.ts';
import { testDatabase, testServers, Watched, permittedClient, testAssignmentSecret } from '@earshot/harness';
import { AsyncQueue, DAY, silentLog, type Clock, type TlsMaterial } from '@earshot/kernel';
import { createJoinerIdentity, createRpcClient } from '@earshot/rpc';
import { createScheduler, type SchedulerConfig } from '@earshot/scheduler';
import { freePorts } from '@earshot/stack';
import { botCallers } from '../../../services/scheduler/src/rpc/callers.ts';

/** A scheduler of this test's own, on a schema of its own. */
export async function startScheduler({
  clock,
  tls,
  natsUrl,
  accountWaitingBots = 10_000,
}: { clock?: Clock; tls?: TlsMaterial; natsUrl?: string; accountWaitingBots?: number } = {}) {
  const resources = new AsyncDisposableStack();
  const database = resources.use(testDatabase('scheduler'));
  const usual = await schedulerConfig(database.schema);
  const config = { ...usual, ...(natsUrl && { natsUrl }), rpc: { ...usual.rpc, tls }, accountWaitingBots };
  const service = createScheduler(config, silentLog, clock ? { clock } : {});
  await service.start();
  resources.use(service);
  const bots = resources.use(permittedClient(BotServiceService, config.rpcListen, { callers: botCallers }));
  return {
    bots,
    address: config.rpcListen,
    database,
    /** A joiner that this test drives. */
    joiner: () => connect(config.rpcListen),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Of a scheduler on a schema of the test's own. */
export async function schedulerConfig(schema: string): Promise<SchedulerConfig> {
  const { scheduler: port } = await freePorts();
  const { databaseUrl: url, natsUrl } = testServers();
  return {
    name: 'scheduler',
    logLevel: 'error',
    shutdownMs: 1000,
    rpcListen: `127.0.0.1:${port}`,
    rpc: { service: 'scheduler', tls: undefined, reflection: false },
    database: { url, pool: 5, schema },
    natsUrl,
    tombstoneMs: 400 * DAY,
    idempotencyKeyMs: 7 * DAY,
    secrets: { assignment: testAssignmentSecret },
    accountWaitingBots: 10_000,
  };
}

function connect(address: string) {
  const client = createRpcClient(JoinerControlServiceService, address, { service: 'joiner' });
  const up = new AsyncQueue<ConnectRequest>();
  const heard: NonNullable<ConnectResponse['message']>[] = [];
  const watched = new Watched();
  const { joinerId, joinerSecret } = createJoinerIdentity();
  /** As a joiner keeps them: each comes with its assignment. */
  const tokens = new Map<string, string>();
  const proven = ({ botId, epoch }: { botId: string; epoch: number }) => ({
    ...{ botId, epoch },
    token: tokens.get(`${botId}:${epoch}`) ?? '',
  });
  let sequence = 0;
  const listening = (async () => {
    for await (const { message } of client.connect(up)) {
      if (message) heard.push(message);
      if (message?.$case === 'assign' && message.value.ref) {
        const { botId, epoch, token } = message.value.ref;
        tokens.set(`${botId}:${epoch}`, token);
      }
      watched.changed();
    }
  })().catch(() => {});
  type Order<Case> = Extract<NonNullable<ConnectResponse['message']>, { $case: Case }>['value'];
  return {
    joinerId,
    heard,
    heartbeat(refs: { botId: string; epoch: number }[], freeSlots = 5, rpcAddress = '') {
      const value = { joinerId, joinerSecret, rpcAddress, freeSlots, refs: refs.map(proven) };
      up.push({ message: { $case: 'heartbeat', value } });
    },
    /** As if it had lost the tokens of its assignments. */
    forgetTokens: () => tokens.clear(),
    /** Resolves when a command of this kind comes after so many others. */
    next: ($case: string, { after }: { after: number }) =>
      watched.until(() => heard.slice(after).some((message) => message.$case === $case), AbortSignal.timeout(10_000)),
    /** Reports once more what was reported under this sequence, as after the loss of an acknowledgement. */
    repeat(
      ref: { botId: string; epoch: number },
      { sequence: old, seen }: { sequence: number; seen: NonNullable<BotReport['seen']> },
    ) {
      up.push({
        message: { $case: 'report', value: { sequence: old, ref: proven(ref), reportedAt: new Date(), seen } },
      });
    },
    /** Reports, and resolves with the report's sequence when it is acknowledged. */
    async see(ref: { botId: string; epoch: number }, seen: NonNullable<BotReport['seen']>): Promise<number> {
      const mine = (sequence += 1);
      const value = { sequence: mine, ref: proven(ref), reportedAt: new Date(), seen };
      up.push({ message: { $case: 'report', value } });
      await watched.until(
        () => heard.some((message) => message.$case === 'acknowledge' && message.value.sequence >= mine),
        AbortSignal.timeout(10_000),
      );
      return mine;
    },
    /** The command about this bot, or about this assignment of it, as soon as it comes. */
    order<Case extends 'assign' | 'leave' | 'revoke' | 'sendChat' | 'otherBots' | 'setPaused'>(
      $case: Case,
      about: { botId: string; epoch?: number },
    ): Promise<Order<Case>> {
      const isAbout = (ref: { botId: string; epoch: number } | undefined) =>
        ref?.botId === about.botId && (about.epoch === undefined || ref.epoch === about.epoch);
      const find = () =>
        heard.find((message) => message.$case === $case && isAbout((message.value as Order<'assign'>).ref));
      return watched.until<Order<Case>>(() => find()?.value as never, AbortSignal.timeout(10_000));
    },
    async [Symbol.asyncDispose]() {
      up.end();
      await client[Symbol.asyncDispose]();
      await listening;
    },
  };
}

export function spec(changes: Partial<BotSpec> = {}): BotSpec {
  return {
    platform: 'PLATFORM_WEB',
    meetingUrl: 'https://meet.example.org/room',
    meeting: '',
    botName: 'Earshot',
    joinAt: undefined,
    chatMessage: '',
    imageUrl: '',

    leave: {
      waitingRoomSeconds: 600,
      noOneJoinedSeconds: 600,
      everyoneLeftSeconds: 600,
      voiceInactivitySeconds: 600,
      recordingLimitSeconds: 14_400,
      recordingDeniedSeconds: 60,
      botDetection: { nameParts: ['notetaker'], activateAfterSeconds: 300, timeoutSeconds: 5 },
    },
    speech: undefined,
    media: undefined,
    destinations: {
      lifecycleUrl: '',
      callbackVersion: '2025-01',
      liveTranscriptWebhookUrl: '',
      liveTranscriptSocketUrl: '',
      liveAudioSocketUrl: '',
      liveVideoSocketUrl: '',
      controlSocketUrl: '',
      participantHooks: [],
    },
    retentionHours: 1,
    attributesJson: '{}',
    requestJson: '{}',
    ...changes,
  };
}
