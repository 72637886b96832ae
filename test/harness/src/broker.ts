import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { silentLog } from '@earshot/kernel';
import { freePorts, startStack } from '@earshot/stack';
import { testServers } from './fixture.ts';

/**
 * A broker of a test's own: whoever hears of a bot answers for it, so that two services of one kind with a schema each cannot
 * share one.
 */
export async function startBroker(): Promise<{ natsUrl: string } & AsyncDisposable> {
  const dataDir = await mkdtemp(join(tmpdir(), 'earshot-broker-'));
  const stack = await startStack({
    ...{ root: resolve(import.meta.dirname, '../../..'), dataDir, ports: await freePorts() },
    ...{ databaseUrl: testServers().databaseUrl, isThrowaway: true, only: [], log: silentLog },
  });
  return {
    natsUrl: stack.natsUrl,
    async [Symbol.asyncDispose]() {
      await stack[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
