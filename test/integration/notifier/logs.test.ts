import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { NotifierServiceService } from '@earshot/contract/notifier/v1/notifier.ts';
import { permittedClient } from '@earshot/harness';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createGround, eventually, message, notifierAccess } from './fixture.ts';
import { startReceiver } from './receiver.ts';

let ground: ReturnType<typeof createGround>;
beforeEach(() => {
  ground = createGround();
});
afterEach(() => ground[Symbol.asyncDispose]());

/** A notifier in a process of its own that logs all it can, and what it logs. */
async function startTalkative(schema: string) {
  const child = fork(join(import.meta.dirname, 'notifier-process.ts'), [schema, 'debug'], { silent: true });
  const said: string[] = [];
  for (const output of [child.stdout, child.stderr]) output?.on('data', (chunk: Buffer) => said.push(String(chunk)));
  const [port] = (await once(child, 'message')) as [number];
  const client = permittedClient(NotifierServiceService, `127.0.0.1:${port}`, notifierAccess);
  return {
    client,
    /** Ends the process; answers everything that it logged. */
    async end(): Promise<string> {
      await client[Symbol.asyncDispose]();
      const closed = once(child, 'close');
      child.kill();
      await closed;
      return said.join('');
    },
  };
}

it('logs attempts without the secrets in their addresses, bodies or signatures', async () => {
  await using receiver = await startReceiver(({ path }, response) => {
    response.writeHead(path.includes('gone') ? 410 : 503).end('the answer is private');
  });
  const { client, end } = await startTalkative(ground.schema);
  const addresses = [
    `${receiver.origin}/hooks/path-token?key=query-token`,
    `${receiver.origin}/gone/path-token?key=query-token`,
    // Refused by the guard, by the resolver, and by the machine.
    'http://10.0.0.1/path-token?key=query-token',
    'http://no-such-host.invalid/path-token?key=query-token',
    'http://127.0.0.1:1/path-token?key=query-token',
  ];
  for (const [bot, url] of addresses.entries())
    await client.deliver({
      messages: [{ ...message({ botId: `bot-${bot}`, url }, '{"said":"body-token"}'), label: 'bot.joining' }],
    });
  const live = { accountId: 'account-1', supersedesKey: '', body: Buffer.from('{"said":"body-token"}') };
  for (const url of [addresses[0]!, 'ws://127.0.0.1:1/path-token?key=query-token'])
    await client.deliverLive({ ...live, botId: `live-${url.length}`, url, messageId: randomUUID() });
  for (const bot of addresses.keys()) {
    const list = () => client.listDeliveries({ botId: `bot-${bot}` });
    await eventually(list, ({ deliveries }) => (deliveries[0]?.attempts.length ?? 0) > 0);
  }
  const secrets = (await client.rotateSigningSecret({ accountId: 'account-1', overlapSeconds: 60 })).secrets;
  const signatures = receiver.received.map(({ headers }) => String(headers['webhook-signature']).slice(3));

  const logged = await end();
  expect(logged).toContain('"msg":"attempted"');
  expect(logged).toContain('live queue is failing');
  const hidden = ['path-token', 'query-token', 'body-token', 'the answer is private', ...signatures];
  for (const { secret } of secrets) hidden.push(secret, secret.slice('whsec_'.length));
  expect(hidden.filter((text) => logged.includes(text))).toEqual([]);
}, 30_000);
