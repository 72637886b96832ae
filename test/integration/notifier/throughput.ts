import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { NotifierServiceService } from '@earshot/contract/notifier/v1/notifier.ts';
import { createRpcClient } from '@earshot/rpc';
import { createGround, message } from './harness.ts';
import { startReceiver } from './receiver.ts';

/**
 * Measures durable deliveries: `node test/integration/notifier/throughput.ts [lines] [messages a line] [settled rows]`.
 * Caller, notifier and receiver are a process each; every line is a bot's, and all go to the one receiver. First each
 * call brings one message, then a bot's messages come together. A delivery counts once its success is committed.
 */
const [lineCount = 500, perLine = 20, settledRows = 0] = process.argv.slice(2).map(Number);
const CALLERS = 50;

async function measure(): Promise<void> {
  const receiver = part('receiver');
  const [origin] = (await once(receiver, 'message')) as [string];
  await using ground = createGround();
  await using notifier = await ground.start();
  const { knex } = ground.database;
  if (settledRows > 0) await fill(knex, settledRows);
  let total = 0;
  for (const together of [1, perLine]) {
    const caller = part('caller', String(notifier.port), origin, String(together));
    await once(caller, 'message');
    const startedAt = performance.now();
    caller.send('go');
    const accepted = once(caller, 'message').then(() => performance.now());
    total += lineCount * perLine;
    for (;;) {
      const { rows } = await knex.raw(`select count(*) as done from attempts where error = ''`);
      if (rows[0].done === total) break;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    const endedAt = performance.now();
    const rate = (until: number) => Math.round((lineCount * perLine * 1000) / (until - startedAt));
    const figures = { acceptedPerSecond: rate(await accepted), deliveredPerSecond: rate(endedAt) };
    console.log(JSON.stringify({ lines: lineCount, perLine, settledRows, messagesPerCall: together, ...figures }));
    caller.disconnect();
  }
  receiver.disconnect();
}

function part(...args: string[]): ChildProcess {
  return fork(import.meta.filename, [...process.argv.slice(2)], {
    env: { ...process.env, PART: args.join(' ') },
    execArgv: [],
  });
}

async function fill(knex: ReturnType<typeof createGround>['database']['knex'], count: number): Promise<void> {
  await knex.raw(
    `insert into lines (bot_id, url, host) select 'old-' || n, 'http://old/', 'old' from generate_series(1, 1000) n`,
  );
  await knex.raw(
    `insert into deliveries (message_id, line_id, account_id, bot_id, url, body, content_type, label, state, created_at,
       settled_at)
     select 'old-' || n, n % 1000 + 1, 'a', 'old', 'http://old/', 'x', 'a/b', 'old', 'delivered', now(), now()
     from generate_series(1, ?) n`,
    [count],
  );
}

async function call([port = '', origin = '', together = '1']: string[]): Promise<void> {
  const client = createRpcClient(NotifierServiceService, `127.0.0.1:${port}`);
  const body = JSON.stringify({ event: 'bot.inmeeting', text: 'x'.repeat(400) });
  await client.listDeliveries({ botId: 'none' });
  process.send?.('ready');
  await once(process, 'message');
  const callers = Array.from({ length: CALLERS }, async (_, caller) => {
    for (let sent = 0; sent < perLine; sent += Number(together)) {
      for (let n = caller; n < lineCount; n += CALLERS) {
        const line = { botId: `bot-${n}`, url: `${origin}/${n}` };
        await client.deliver({ messages: Array.from({ length: Number(together) }, () => message(line, body)) });
      }
    }
  });
  await Promise.all(callers);
  process.send?.('accepted');
}

const [role, ...args] = (process.env['PART'] ?? '').split(' ');
if (role) process.on('disconnect', () => process.exit());
if (role === 'receiver') process.send?.((await startReceiver()).origin);
else if (role === 'caller') await call(args);
else await measure();
