import { randomBytes, randomUUID } from 'node:crypto';
import { NotifierServiceService, type Delivery } from '@earshot/contract/notifier/v1/notifier.ts';
import { notifierCallers } from '../../../services/notifier/src/rpc/callers.ts';
import { permittedClient } from '@earshot/harness';
import { openDatabase, type Database } from '@earshot/db';
import { DAY, silentLog, type Log } from '@earshot/kernel';
import { createNotifier, type NotifierConfig, type NotifierOverrides } from '@earshot/notifier';
import type { RpcClient } from '@earshot/rpc';

/** Each method is called by whoever may; where that is for one account, for the account of `message`. */
export const notifierAccess = { callers: notifierCallers, accountId: 'account-1' };

const databaseUrl = process.env['DATABASE_URL'] ?? 'postgres://earshot@127.0.0.1:7432/earshot';

export function testConfig(schema: string, options: Partial<NotifierConfig> = {}): NotifierConfig {
  return {
    name: 'notifier',
    logLevel: 'info',
    shutdownMs: 1000,
    rpcListen: '127.0.0.1:0',
    rpc: { service: 'notifier', reflection: false },
    database: { url: databaseUrl, pool: 8, schema },
    egressAllow: ['127.0.0.1'],
    concurrency: 64,
    live: { bufferMb: 64, accountBufferMb: 16, stallSeconds: 60 },
    deliveryMs: 30 * DAY,
    deadDeliveryMs: 90 * DAY,
    endpointMs: 400 * DAY,
    secrets: { key: Buffer.alloc(32, 7) },
    ...options,
  };
}

export interface Running extends AsyncDisposable {
  readonly client: RpcClient<typeof NotifierServiceService>;
  readonly port: number;
  stop(): Promise<void>;
}

/** A schema of the test's own, and notifiers on it; everything goes with it. */
export function createGround() {
  const schema = `notifier_test_${randomBytes(6).toString('hex')}`;
  const running = new Set<Running>();
  const database: Database = openDatabase({ url: databaseUrl, schema, pool: 2 });
  return {
    schema,
    database,
    async start(
      overrides: NotifierOverrides = {},
      { config = {}, log = silentLog }: { config?: Partial<NotifierConfig>; log?: Log } = {},
    ): Promise<Running> {
      const listening = Promise.withResolvers<number>();
      const service = createNotifier(testConfig(schema, config), log, { ...overrides, onListening: listening.resolve });
      await service.start();
      const port = await listening.promise;
      const client = permittedClient(NotifierServiceService, `127.0.0.1:${port}`, notifierAccess);
      const notifier: Running = {
        client,
        port,
        async stop() {
          if (!running.delete(notifier)) return;
          await client[Symbol.asyncDispose]();
          await service[Symbol.asyncDispose]();
        },
        [Symbol.asyncDispose]: () => notifier.stop(),
      };
      running.add(notifier);
      return notifier;
    },
    async [Symbol.asyncDispose]() {
      for (const notifier of running) await notifier.stop();
      await database.knex.raw('drop schema if exists ?? cascade', [schema]);
      await database[Symbol.asyncDispose]();
    },
  };
}

export interface DeliveryQueue {
  readonly botId: string;
  readonly url: string;
}

export function message(line: DeliveryQueue, body: string, messageId: string = randomUUID()) {
  return {
    messageId,
    accountId: 'account-1',
    ...line,
    body: Buffer.from(body),
    contentType: 'application/json',
    label: `label-${body}`,
  };
}

/** Repeats a question until the answer fits; for what no event reports. */
export async function eventually<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A bot's deliveries once all are settled. */
export async function settled({ client }: Running, botId: string): Promise<Delivery[]> {
  const list = async () => (await client.listDeliveries({ botId })).deliveries;
  return eventually(list, (all) => all.length > 0 && all.every(({ state }) => state !== 'DELIVERY_STATE_PENDING'));
}
