import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { connectBroker } from '@earshot/events';
import { silentLog } from '@earshot/kernel';
import { freePorts } from '@earshot/stack';
import { writeOperator } from './nats-operator.ts';

let resources = new AsyncDisposableStack();
afterEach(async () => {
  await resources.disposeAsync();
  resources = new AsyncDisposableStack();
});

/** A nats-server of the test's own that knows one user. */
async function startNats(...args: string[]): Promise<string> {
  const { nats: port } = await freePorts();
  const dir = mkdtempSync(join(tmpdir(), 'nats-'));
  const server = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', dir, ...args], {
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` },
    stdio: 'ignore',
  });
  const ended = once(server, 'exit');
  resources.defer(async () => {
    server.kill('SIGKILL');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  });
  return `127.0.0.1:${port}`;
}

const connectTo = async (url: string, credentials?: string) =>
  resources.use(await connectBroker({ url, credentials, name: 'test', log: silentLog }));

it('speaks as the user of the address', async () => {
  const at = await startNats('--user', 'ear', '--pass', 'p@ss');
  const broker = await connectTo(`nats://ear:p%40ss@${at}`);
  expect(await broker.ensureStream()).toMatchObject({ sequence: 0 });
});

it.each(['', 'ear:wrong@', 'nobody:p%40ss@', 'token@'])('says in one line that %j is refused', async (login) => {
  const at = await startNats('--user', 'ear', '--pass', 'p@ss');
  await expect(connectTo(`nats://${login}${at}`)).rejects.toMatchObject({
    code: 'failed-precondition',
    message: `NATS at nats://${at} refuses our user or credentials`,
  });
});

it('speaks as the user of a file of credentials, and as nobody without', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'nats-operator-'));
  resources.defer(() => rmSync(dir, { recursive: true }));
  const { config, credentials } = writeOperator(dir);
  const at = await startNats('-c', config);
  const broker = await connectTo(`nats://${at}`, credentials);
  expect(await broker.ensureStream()).toMatchObject({ sequence: 0 });
  await expect(connectTo(`nats://${at}`)).rejects.toThrow('refuses our user or credentials');
});

it('says in one line that a file of credentials cannot be read', async () => {
  await expect(connectTo('nats://127.0.0.1:1', '/nowhere.creds')).rejects.toThrow(
    'NATS_CREDENTIALS: /nowhere.creds cannot be read (ENOENT)',
  );
});

it('says in one line that a server has no TLS where the address wants it', async () => {
  const at = await startNats();
  await expect(connectTo(`tls://${at}`)).rejects.toThrow(`NATS at tls://${at} has no TLS, and NATS_URL says tls://`);
});

it('says in one line that a server is too old', async () => {
  const old = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => void (data.includes('PING') && socket.write('PONG\r\n')));
    const info = { server_id: 'x', version: '2.8.4', proto: 1, max_payload: 1048576, headers: true };
    socket.write(`INFO ${JSON.stringify(info)}\r\n`);
  });
  await once(old.listen(0, '127.0.0.1'), 'listening');
  resources.defer(() => void old.close());
  const { port } = old.address() as { port: number };
  await expect(connectTo(`nats://127.0.0.1:${port}`)).rejects.toThrow(
    'NATS 2.8.4 is too old: 2.9.10 or later is needed',
  );
});
