import { join, resolve } from 'node:path';
import { createLogger } from '@earshot/service';
import { readStartSettings } from './settings.ts';
import { startStack } from './stack.ts';

const root = resolve(import.meta.dirname, '../../..');
const log = createLogger('supervisor', 'warn');
const say = (text: string) => process.stdout.write(`${text}\n`);

/** `bin/start`: the whole stack in one terminal, until Ctrl-C. */
async function main(): Promise<void> {
  const startedAt = Date.now();
  const stopped = stopSignal();
  const settings = { args: process.argv.slice(2), env: process.env, usualDataDir: join(root, '.data') };
  const { dataDir, ports } = readStartSettings(settings);
  say('Starting PostgreSQL, NATS and the eight services ...');
  await using stack = await startStack({
    root,
    dataDir,
    ...(ports && { ports }),
    settings: process.env,
    databaseUrl: process.env['DATABASE_URL'] || undefined,
    natsUrl: process.env['NATS_URL'] || undefined,
    log,
    signal: stopped,
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
  const failure = await Promise.race([stack.broken, new Promise<void>((done) => onAbort(stopped, done))]);
  if (failure) throw failure;
  say('\nStopping ...');
}

/** Aborts when the terminal or whoever runs us wants the end. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const interrupted = new Error('Interrupted: nothing is left running.');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort(interrupted));
  return stop.signal;
}

function onAbort(signal: AbortSignal, done: () => void): void {
  if (signal.aborted) done();
  else signal.addEventListener('abort', () => done());
}

try {
  await main();
  say('Stopped.');
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
