import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGround, eventually, message, settled } from '../notifier/fixture.ts';

const client = resolve(import.meta.dirname, '../../../libs/client');
let ground: ReturnType<typeof createGround>;
beforeEach(() => {
  ground = createGround();
});
afterEach(() => ground[Symbol.asyncDispose]());

/** The README's receiver, as it stands there, in a process of its own. */
async function startExample(secret: string) {
  const [, code = ''] = /```ts\n([^]*?)```/.exec(await readFile(join(client, 'README.md'), 'utf8')) ?? [];
  const folder = await mkdtemp(join(client, '.readme-'));
  const file = join(folder, 'receiver.ts');
  await writeFile(file, code);
  const port = await freePort();
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file], {
    env: { PATH: process.env['PATH'], WEBHOOK_SECRET: secret, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}/`;
  const unsigned = async () => (await fetch(url, { method: 'POST', body: '{}' }).catch(() => undefined))?.status;
  expect(await eventually(unsigned, (status) => status !== undefined)).toBe(401);
  return {
    url,
    said: createInterface(child.stdout)[Symbol.asyncIterator](),
    async [Symbol.asyncDispose]() {
      const exit = once(child, 'exit');
      child.kill();
      await exit;
      await rm(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

it('runs the README example against the notifier, also through a rotation', async () => {
  const notifier = await ground.start({ schedule: [0] });
  const accountId = 'account-1';
  const [old] = (await notifier.client.getSigningSecrets({ accountId })).secrets;
  await using receiver = await startExample(`${old!.secret},whsec_${Buffer.alloc(32).toString('base64')}`);
  const deliver = async (botId: string, overlapSeconds?: number) => {
    if (overlapSeconds !== undefined) await notifier.client.rotateSigningSecret({ accountId, overlapSeconds });
    await notifier.client.deliver({ messages: [message({ botId, url: receiver.url }, '{"a":1}', `id-${botId}`)] });
    return (await settled(notifier, botId))[0]?.attempts[0]?.status;
  };
  expect(await deliver('before')).toBe(204);
  expect((await receiver.said.next()).value).toBe('id-before { a: 1 }');
  expect(await deliver('during', 3600)).toBe(204);
  expect(await deliver('after', 0)).toBe(401);
}, 20_000);
