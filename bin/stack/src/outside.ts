import pg from 'pg';
import { AppError, SECOND } from '@earshot/kernel';
import { askNats } from './nats.ts';

/** Throws `failed-precondition` unless the database that DATABASE_URL names takes us. Passwords never stand in the text. */
export async function checkDatabase(connectionString: string): Promise<void> {
  const { host, pathname } = parse('DATABASE_URL', connectionString, 'postgres://user:password@host:5432/database');
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5 * SECOND });
  // A connection that breaks afterwards has been reported by its query.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    const why = (error as Error).message || (error as NodeJS.ErrnoException).code;
    throw refused(`DATABASE_URL: the database ${host}${pathname} cannot be used: ${why}`, error);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Throws `failed-precondition` unless one of the servers that NATS_URL names takes us. */
export async function checkNats(urls: string): Promise<void> {
  const servers = urls.split(',').map((url) => parse('NATS_URL', url.trim(), 'nats://user:password@host:4222'));
  const answers = await Promise.all(servers.map(async ({ href, host }) => [host, await askNats(href)] as const));
  if (answers.some(([, why]) => why === undefined)) return;
  const [host, why] = answers[0] ?? [];
  throw refused(`NATS_URL: the server ${host} cannot be used: ${why}`);
}

function parse(setting: string, text: string, shape: string): URL {
  const url = URL.parse(text.includes('://') ? text : `nats://${text}`);
  if (!url || (setting === 'DATABASE_URL' && !/^postgres(ql)?:$/.test(url.protocol)))
    throw new AppError('invalid-argument', `${setting}: must look like ${shape}`);
  return url;
}

function refused(text: string, cause?: unknown): AppError {
  return new AppError('failed-precondition', text, { cause });
}
