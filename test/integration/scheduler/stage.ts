import { randomUUID } from 'node:crypto';
import {
  AttendanceServiceService,
  type AttendRequest,
  type AttendResponse,
} from '@earshot/contract/scheduler/v1/attendance.ts';
import { BotServiceService, type BotSpec } from '@earshot/contract/scheduler/v1/bots.ts';
import { testDatabase, testServers, Watched, permittedClient } from '@earshot/harness';
import { AsyncQueue, DAY, silentLog, type Clock } from '@earshot/kernel';
import { createRpcClient } from '@earshot/rpc';
import { createScheduler } from '@earshot/scheduler';
import { freePorts } from '@earshot/stack';
import { botCallers } from '../../../services/scheduler/src/rpc/callers.ts';

/** A scheduler of this test's own, on a schema of its own. */
export async function startScheduler({ clock }: { clock?: Clock } = {}) {
  const resources = new AsyncDisposableStack();
  const database = resources.use(testDatabase('scheduler'));
  const { scheduler: port } = await freePorts();
  const { databaseUrl, natsUrl } = testServers();
  const config = {
    name: 'scheduler',
    logLevel: 'error',
    shutdownMs: 1000,
    rpcListen: `127.0.0.1:${port}`,
    rpc: { service: 'scheduler', reflection: false } as const,
    database: { url: databaseUrl, pool: 5, schema: database.schema },
    natsUrl,
    tombstoneMs: 400 * DAY,
    idempotencyKeyMs: 7 * DAY,
  };
  const service = createScheduler(config, silentLog, clock ? { clock } : {});
  await service.start();
  resources.use(service);
  const bots = resources.use(permittedClient(BotServiceService, config.rpcListen, { callers: botCallers }));
  return {
    bots,
    database,
    /** A joiner that does as this test says. */
    joiner: () => attend(config.rpcListen),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function attend(address: string) {
  const client = createRpcClient(AttendanceServiceService, address, { service: 'joiner' });
  const up = new AsyncQueue<AttendRequest>();
  const heard: NonNullable<AttendResponse['message']>[] = [];
  const watched = new Watched();
  const joinerId = randomUUID();
  let sequence = 0;
  const listening = (async () => {
    for await (const { message } of client.attend(up)) {
      if (message) heard.push(message);
      watched.changed();
    }
  })().catch(() => {});
  type Order<Case> = Extract<NonNullable<AttendResponse['message']>, { $case: Case }>['value'];
  return {
    joinerId,
    heard,
    heartbeat(seats: { botId: string; epoch: number }[], freeSeats = 5) {
      up.push({ message: { $case: 'heartbeat', value: { joinerId, freeSeats, seats } } });
    },
    /** Reports, and resolves when it is acknowledged. */
    async see(
      seat: { botId: string; epoch: number },
      seen: NonNullable<Extract<AttendRequest['message'], { $case: 'observation' }>['value']['seen']>,
    ) {
      const mine = (sequence += 1);
      up.push({ message: { $case: 'observation', value: { sequence: mine, seat, observedAt: new Date(), seen } } });
      await watched.until(
        () => heard.some((message) => message.$case === 'acknowledge' && message.value.sequence >= mine),
        AbortSignal.timeout(10_000),
      );
    },
    /** The order about this bot, or about this assignment of it, as soon as it was given. */
    order<Case extends 'assign' | 'leave' | 'abandon' | 'say'>(
      $case: Case,
      about: { botId: string; epoch?: number },
    ): Promise<Order<Case>> {
      const isAbout = (seat: { botId: string; epoch: number } | undefined) =>
        seat?.botId === about.botId && (about.epoch === undefined || seat.epoch === about.epoch);
      const find = () =>
        heard.find((message) => message.$case === $case && isAbout((message.value as Order<'assign'>).seat));
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
    botName: 'Earshot',
    joinAt: undefined,
    chatMessage: '',
    imageUrl: '',
    wantsVideo: false,
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
    destinations: {
      lifecycleUrl: '',
      callbackVersion: '2025-01',
      liveTranscriptWebhookUrl: '',
      liveTranscriptSocketUrl: '',
      liveAudioSocketUrl: '',
      controlSocketUrl: '',
      participantHooks: [],
    },
    retentionHours: 1,
    attributesJson: '{}',
    requestJson: '{}',
    ...changes,
  };
}
