import { resolve } from 'node:path';
import { createLogger } from '@earshot/service';
import { startStack } from './stack.ts';

const root = resolve(import.meta.dirname, '../../..');
const dataDir = resolve(process.env['EARSHOT_DATA'] ?? `${root}/.data`);
const log = createLogger('supervisor', 'warn');
const say = (text: string) => process.stdout.write(`${text}\n`);

/** `bin/start`: the whole stack in one terminal, until Ctrl-C. */
async function main(): Promise<void> {
  const startedAt = Date.now();
  say('Starting PostgreSQL, NATS and the seven services ...');
  const stack = await startStack({
    root,
    dataDir,
    settings: process.env,
    databaseUrl: process.env['DATABASE_URL'],
    natsUrl: process.env['NATS_URL'],
    log,
  });
  say(`Ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s.

  API       ${stack.url}/api/v1
  API key   ${stack.apiKey}
  Data      ${dataDir}   (logs in ${dataDir}/logs)

Send a bot into a meeting:

  curl -X POST ${stack.url}/api/v1/bots/create_bot \\
    -H 'Authorization: Token ${stack.apiKey}' -H 'Content-Type: application/json' \\
    -d '{"meeting_link": "https://meet.google.com/abc-defg-hij", "bot_name": "Earshot"}'

Ctrl-C stops everything; the data is kept.`);
  await stopSignal();
  say('\nStopping ...');
  await stack[Symbol.asyncDispose]();
  say('Stopped.');
}

function stopSignal(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done());
  });
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
