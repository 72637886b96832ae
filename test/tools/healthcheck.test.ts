import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { silentLog } from '@earshot/kernel';
import { createRpcServer } from '@earshot/rpc';

const script = resolve(import.meta.dirname, '../../deploy/healthcheck.ts');

async function exitCode(env: Record<string, string>): Promise<unknown> {
  const child = spawn(process.execPath, [script], { env, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  return code;
}

it('finds a gRPC service healthy until it leaves, and sick when nothing answers', async () => {
  const server = createRpcServer({ listen: '127.0.0.1:0', log: silentLog });
  const env = { RPC_LISTEN: `0.0.0.0:${await server.start()}` };
  expect(await exitCode(env)).toBe(0);
  server.leave();
  expect(await exitCode(env)).toBe(1);
  await server[Symbol.asyncDispose]();
  expect(await exitCode(env)).toBe(1);
});

it('finds the gateway as healthy as its readiness says', async () => {
  let status = 200;
  const server = createServer((_, response) => void response.writeHead(status).end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const env = { HTTP_LISTEN: `0.0.0.0:${(server.address() as { port: number }).port}` };
  expect(await exitCode(env)).toBe(0);
  status = 503;
  expect(await exitCode(env)).toBe(1);
  server.close();
});
