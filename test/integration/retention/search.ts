import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { openDatabase } from '@earshot/db';
import { connectBroker } from '@earshot/events';
import { silentLog } from '@earshot/kernel';

/** Everything that a running product keeps. */
export interface Kept {
  readonly databaseUrl: string;
  readonly natsUrl: string;
  /** Recordings and logs, and the broker's own files; not the database's, which keep deleted rows until they are vacuumed. */
  readonly folders: readonly string[];
}

/** Where each of these words is found: in a row of any table, a message of any stream, a file's content or its name. */
export async function findWords(kept: Kept, words: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>(words.map((word) => [word, []]));
  const look = (place: string, content: string | Buffer) => {
    const text = typeof content === 'string' ? content.toLowerCase() : content.toString('latin1').toLowerCase();
    for (const word of words) {
      // PostgreSQL shows bytes as hexadecimal digits.
      const forms = [word.toLowerCase(), Buffer.from(word).toString('hex')];
      if (forms.some((form) => text.includes(form))) found.get(word)?.push(place);
    }
  };
  await Promise.all([lookIntoTables(kept, look), lookIntoStreams(kept, look), lookIntoFolders(kept, look)]);
  return found;
}

type Look = (place: string, content: string | Buffer) => void;

async function lookIntoTables({ databaseUrl }: Kept, look: Look): Promise<void> {
  await using database = openDatabase({ url: databaseUrl, schema: 'public', pool: 2 });
  const { rows: tables } = await database.knex.raw<{ rows: { schema: string; name: string }[] }>(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  if (tables.length < 20) throw new Error('the tables cannot be seen');
  for (const { schema, name } of tables) {
    const { rows } = await database.knex.raw<{ rows: { row: string }[] }>('select one::text as row from ??.?? as one', [
      schema,
      name,
    ]);
    for (const { row } of rows) look(`table ${schema}.${name}`, row);
  }
}

async function lookIntoStreams({ natsUrl }: Kept, look: Look): Promise<void> {
  await using broker = await connectBroker({ url: natsUrl, name: 'search', log: silentLog });
  const { streams } = await jetstreamManager(broker.connection);
  for await (const { config, state } of streams.list()) {
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const message = await streams.getMessage(config.name, { seq });
      if (message) look(`fact ${message.subject.replace(/\.[0-9a-f-]{36}\./, '.*.')}`, Buffer.from(message.data));
    }
  }
}

async function lookIntoFolders({ folders }: Kept, look: Look): Promise<void> {
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      look(`name ${path}`, entry.name);
      // What goes away meanwhile is not kept.
      if (entry.isFile()) look(`file ${path}`, await readFile(path).catch(() => ''));
    }
  }
}
