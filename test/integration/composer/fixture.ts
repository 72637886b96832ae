import { fork } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ComposerConfig } from '@earshot/composer';
import { ComposerServiceService } from '@earshot/contract/composer/v1/composer.ts';
import { CompositionEvent } from '@earshot/contract/composer/v1/events.ts';
import { MediaEvent } from '@earshot/contract/media/v1/events.ts';
import { BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { BotEvent } from '@earshot/contract/scheduler/v1/events.ts';
import { connectBroker } from '@earshot/events';
import { permittedClient, startBroker, testDatabase, testServers, Watched } from '@earshot/harness';
import { DAY, silentLog } from '@earshot/kernel';
import { composerCallers } from '../../../services/composer/src/rpc/callers.ts';

/** Composers of a test's own, in processes, with a schema, a broker and a folder. */
export async function openGround(peers: ComposerConfig['peers'], over: Partial<ComposerConfig> = {}) {
  const parts = new AsyncDisposableStack();
  // As hard to quote as a folder's name may be.
  const folder = await mkdtemp(join(tmpdir(), "earshot-composer, it's [0:1];-"));
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const database = parts.use(testDatabase('composer'));
  const { natsUrl } = parts.use(await startBroker());
  const broker = parts.use(await connectBroker({ url: natsUrl, name: 'test', log: silentLog }));
  const facts: CompositionEvent[] = [];
  const watched = new Watched();
  const config: ComposerConfig = {
    ...{ name: 'composer', logLevel: 'info', shutdownMs: 1000, rpcListen: '127.0.0.1:0', natsUrl, folder, peers },
    ...{ rpc: { service: 'composer', reflection: false }, jobs: 1, threads: 2, tombstoneMs: 400 * DAY },
    ...{ live: 1, egressAllow: ['127.0.0.1'] },
    database: { url: testServers().databaseUrl, pool: 4, schema: database.schema },
    ...over,
  };
  await broker.ensureStream();
  const subscription = await broker.jetstream.consumers.get('FACTS', { filter_subjects: 'compositions.*.*' });
  const messages = await subscription.consume();
  parts.defer(async () => void (await messages.close()));
  void (async () => {
    for await (const message of messages) {
      facts.push(CompositionEvent.decode(message.data));
      watched.changed();
    }
  })();
  return {
    ...{ database, folder, facts },
    /** Resolves with the first fact about a bot. */
    factOf: (botId: string, signal: AbortSignal) =>
      watched.until(() => facts.find((fact) => fact.botId === botId)?.fact, signal),
    async publish(botId: string, fact: MediaEvent['fact']) {
      const id = randomUUID();
      const payload = MediaEvent.encode({ eventId: id, botId, occurredAt: new Date(), fact }).finish();
      const what = fact?.$case === 'tracksReady' ? 'tracks-ready' : 'recording-missing';
      await broker.publish({ id, subject: `media.${botId}.${what}`, payload });
    },
    async publishRecording(botId: string) {
      const id = randomUUID();
      const event = BotEvent.fromPartial({ eventId: id, botId, occurredAt: new Date(), state: BotState.RECORDING });
      await broker.publish({ id, subject: `bots.${botId}.recording`, payload: BotEvent.encode(event).finish() });
    },
    async start() {
      const child = fork(join(import.meta.dirname, 'composer-main.ts'), [JSON.stringify(config)], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        execArgv: ['--disable-warning=ExperimentalWarning'],
      });
      const exited = once(child, 'close');
      const [port] = (await Promise.race([once(child, 'message'), exited])) as [number];
      const options = { callers: composerCallers, accountId: 'account' };
      const client = permittedClient(ComposerServiceService, `127.0.0.1:${port}`, options);
      return {
        client,
        pid: child.pid ?? 0,
        async kill() {
          child.kill('SIGKILL');
          await exited;
        },
        async [Symbol.asyncDispose]() {
          await client[Symbol.asyncDispose]();
          child.kill('SIGKILL');
          await exited;
        },
      };
    },
    [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
  };
}
