import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connectBroker } from '@earshot/events';
import { silentLog, type Log, type LogFields } from '@earshot/kernel';
import { freePorts } from '@earshot/stack';
import { expect, it } from 'vitest';

async function startNats(port: number, more: readonly string[] = []): Promise<AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'earshot-nats-'));
  const args = ['-a', '127.0.0.1', '-p', `${port}`, '-js', '-sd', folder, ...more];
  const env = { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/usr/local/sbin` };
  const server = spawn('nats-server', args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ready = Promise.withResolvers<void>();
  server.stderr.on('data', (chunk) => String(chunk).includes('Server is ready') && ready.resolve());
  await ready.promise;
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

it('waits for a NATS that is away, says whom it waits for without the password, and connects when it is there', async () => {
  const { nats: port } = await freePorts();
  const told = Promise.withResolvers<[string, LogFields | undefined]>();
  const log: Log = { ...silentLog, warn: (message, fields) => told.resolve([message, fields]) };
  const connecting = connectBroker({ url: `nats://earshot:s3cret@127.0.0.1:${port}`, name: 'test', log });
  const [message, fields] = await told.promise;
  expect(message).toBe('NATS does not answer yet');
  expect(fields).toMatchObject({ servers: [`nats://127.0.0.1:${port}`] });
  expect(JSON.stringify(fields)).not.toContain('s3cret');
  await using _server = await startNats(port);
  await using broker = await connecting;
  expect(await broker.ensureStream()).toMatchObject({ sequence: 0 });
});

it('has a stream of an earlier version take facts of the later ones, and keeps what it has', async () => {
  const { nats: port } = await freePorts();
  await using _server = await startNats(port);
  await using broker = await connectBroker({ url: `nats://127.0.0.1:${port}`, name: 'test', log: silentLog });
  const manager = await jetstreamManager(broker.connection);
  const earlier = ['bots.*.*', 'of-another-version.*.*'];
  await manager.streams.add({ name: 'FACTS', subjects: earlier });
  const fact = (subject: string) => ({ id: subject, subject, payload: new Uint8Array([1]), traceparent: undefined });
  await broker.publish(fact('bots.b.joining'));
  expect(await broker.ensureStream()).toMatchObject({ sequence: 1 });
  await broker.publish(fact('compositions.b.video-ready'));
  expect(await broker.ensureStream()).toMatchObject({ sequence: 2 });
  const { config } = await manager.streams.info('FACTS');
  expect(config.subjects).toEqual(expect.arrayContaining([...earlier, 'compositions.*.*']));
});

it('says in one line that NATS refuses its user', async () => {
  const { nats: port } = await freePorts();
  await using _server = await startNats(port, ['--user', 'earshot', '--pass', 's3cret']);
  const refused = connectBroker({ url: `nats://earshot:wrong@127.0.0.1:${port}`, name: 'test', log: silentLog });
  await expect(refused).rejects.toMatchObject({
    code: 'failed-precondition',
    message: `NATS at nats://127.0.0.1:${port} refuses our user or credentials`,
  });
});
