import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '@earshot/kernel';
import { dropSetAside, listSetAside, openDatabase, retrySetAside, schemasWithSetAside } from '@earshot/db';
import { ownDatabaseUrl } from './parts.ts';
import { usualPorts } from './plan.ts';
import { loadSecrets } from './secrets.ts';
import { readStartSettings } from './settings.ts';

const usage = `usage: bin/facts list|retry|drop [--consumer <name>] [--bot <bot_id>] [--all] [<database url> ...]

  list    what is set aside, each bot's in the order in which it will be tried
  retry   has the running services try again now, each bot's facts from the first on
  drop    forgets the first waiting fact of each bot, so that its next one is tried

retry and drop want a --bot, a --consumer or --all. Without an address, that in DATABASE_URL is used, or the one of bin/start.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    consumer: { type: 'string' },
    bot: { type: 'string' },
    all: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const [verb = '', ...given] = positionals;
const isChosen = values.all || values.bot !== undefined || values.consumer !== undefined;
if (!['list', 'retry', 'drop'].includes(verb) || (verb !== 'list' && !isChosen)) {
  process.stderr.write(usage);
  process.exitCode = 64; // EX_USAGE, sysexits.h
} else {
  const filter = { consumer: values.consumer, botId: values.bot };
  const urls = given.length > 0 ? given : [process.env['DATABASE_URL'] || urlOfOwn()];
  for (const url of urls) {
    await using database = openDatabase({ url, schema: 'public', pool: 2 });
    for (const schema of await schemasWithSetAside(database.knex)) {
      if (verb === 'list') {
        const entries = await listSetAside(database.knex, schema, filter);
        for (const entry of entries) say(values.json ? JSON.stringify({ schema, ...entry }) : lineOf(schema, entry));
        continue;
      }
      const act = verb === 'retry' ? retrySetAside : dropSetAside;
      const count = await act(database.knex, schema, filter);
      if (count > 0) say(`${schema}: ${verb === 'retry' ? 'will be tried' : 'dropped'}: ${count}`);
    }
  }
}

/** The database of bin/start, in the data folder and at the ports that EARSHOT_DATA and EARSHOT_PORT_BASE choose. */
function urlOfOwn(): string {
  const usualDataDir = resolve(import.meta.dirname, '../../../.data');
  const { dataDir, ports = usualPorts } = readStartSettings({ args: [], env: process.env, usualDataDir });
  if (!existsSync(join(dataDir, 'secrets.json')))
    throw new AppError(
      'not-found',
      `no data of bin/start in ${dataDir}: name a database, or set DATABASE_URL or EARSHOT_DATA`,
    );
  return ownDatabaseUrl(ports, loadSecrets(dataDir))('superuser');
}

function lineOf(schema: string, entry: Awaited<ReturnType<typeof listSetAside>>[number]): string {
  const next = entry.nextTryAt ? `next try ${entry.nextTryAt.toISOString()}` : 'waits';
  const { consumer, sequence, subject, bytes, tries, failedAt, reason } = entry;
  const details = `${bytes} bytes, ${tries} tries, since ${failedAt.toISOString()}, ${next}`;
  return `${schema} ${consumer} #${sequence} ${subject} (${details}): ${reason}`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
