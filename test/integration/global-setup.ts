import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { silentLog } from '@earshot/kernel';
import { freePorts, removeCluster, startStack } from '@earshot/stack';

/** A real PostgreSQL and a real NATS for all integration tests, unless the environment names others. */
export default async function setup(): Promise<() => Promise<void>> {
  const { DATABASE_URL: databaseUrl, NATS_URL: natsUrl } = process.env;
  const dataDir = await mkdtemp(join(tmpdir(), 'earshot-integration-'));
  const stack = await startStack({
    root: resolve(import.meta.dirname, '../..'),
    dataDir,
    ports: await freePorts(),
    databaseUrl,
    natsUrl,
    isThrowaway: true,
    only: [],
    log: silentLog,
  });
  process.env['DATABASE_URL'] = stack.databaseUrl;
  process.env['NATS_URL'] = stack.natsUrl;
  return async () => {
    await stack[Symbol.asyncDispose]();
    removeCluster(dataDir);
    await rm(dataDir, { recursive: true, force: true });
  };
}
