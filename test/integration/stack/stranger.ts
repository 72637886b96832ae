import { readdirSync, readFileSync, statSync } from 'node:fs';
import pg from 'pg';
import { BotServiceService } from '@earshot/contract/scheduler/v1/bots.ts';
import { createRpcClient } from '@earshot/rpc';
import { askNats } from '../../../bin/stack/src/nats.ts';
import type { TlsMaterial } from '@earshot/kernel';
import type { Ports } from '@earshot/stack';

/** Tries everything that a stack keeps to itself and prints what it got; strangers.test.ts runs it as the browsers' user. */
const { ports, paths, pids, own } = JSON.parse(process.argv[2] ?? '{}') as {
  ports: Ports;
  paths: string[];
  pids: number[];
  own: TlsMaterial;
};

const canRead = (path: string) => {
  try {
    if (statSync(path).isDirectory()) readdirSync(path);
    else readFileSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
};

const canSignal = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function logIn(user: string, password: string): Promise<string> {
  const client = new pg.Client({ host: '127.0.0.1', port: ports.postgres, user, password, database: 'postgres' });
  client.on('error', () => {});
  const answer = await client.connect().then(
    () => 'logged in',
    (error: unknown) => String(error),
  );
  await client.end().catch(() => {});
  return answer;
}

async function call(tls?: TlsMaterial): Promise<string> {
  await using client = createRpcClient(BotServiceService, `127.0.0.1:${ports.scheduler}`, { service: 'gateway', tls });
  return client.getBot({ botId: '00000000-0000-4000-8000-000000000000', accountId: 'a' } as never).then(
    () => 'answered',
    (error: { code?: string }) => error.code ?? String(error),
  );
}

const found = {
  uid: process.getuid?.(),
  read: paths.filter(canRead),
  signalled: pids.filter(canSignal),
  postgres: { trust: await logIn('earshot', ''), guess: await logIn('media', 'guessed') },
  nats: (await askNats(`nats://127.0.0.1:${ports.nats}`)) ?? 'connected',
  rpc: { plain: await call(), made: await call(own) },
};
process.stdout.write(JSON.stringify(found));
