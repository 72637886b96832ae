import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { expect, it } from 'vitest';
import { migrate, openDatabase, prepared } from '@earshot/db';
import { testDatabase, testServers } from '@earshot/harness';
import { freePorts } from '@earshot/stack';

/** Debian's `nobody` and `nogroup`: PgBouncer refuses to run as root. */
const NOBODY = 65_534;

/** A PgBouncer in session mode before the test's server, which lets anybody in. */
async function startPooler(parts: AsyncDisposableStack): Promise<string> {
  const { postgres: port } = await freePorts();
  const behind = new URL(testServers().databaseUrl);
  const folder = await mkdtemp(join(tmpdir(), 'earshot-pooler-'));
  parts.defer(() => rm(folder, { recursive: true }));
  await chmod(folder, 0o755);
  const password = behind.password ? ` password='${decodeURIComponent(behind.password)}'` : '';
  const target = `host=${behind.hostname} port=${behind.port} user='${behind.username}'${password}`;
  const lines = [
    ...['[databases]', `* = ${target}`, '[pgbouncer]', 'listen_addr = 127.0.0.1', `listen_port = ${port}`],
    ...['unix_socket_dir =', 'auth_type = any', 'pool_mode = session', 'default_pool_size = 5'],
  ];
  const file = join(folder, 'pgbouncer.ini');
  await writeFile(file, `${lines.join('\n')}\n`);
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const env = { PATH: `${process.env['PATH']}:/usr/sbin` };
  const pooler = spawn('pgbouncer', ['-q', file], { ...identity, env, cwd: '/', stdio: 'ignore' });
  const gone = once(pooler, 'exit');
  await once(pooler, 'spawn');
  parts.defer(async () => {
    pooler.kill('SIGINT');
    await gone;
  });
  behind.hostname = '127.0.0.1';
  behind.port = String(port);
  return behind.href;
}

it('works behind a pooler that keeps a session to its connection', async () => {
  await using parts = new AsyncDisposableStack();
  const direct = parts.use(testDatabase('pooler'));
  const url = await startPooler(parts);
  const folder = await mkdtemp(join(tmpdir(), 'earshot-no-migrations-'));
  parts.defer(() => rm(folder, { recursive: true }));
  // One after the other: each is given the connection, cleaned, that the one before had.
  for (const _ of ['first', 'second']) {
    await using database = openDatabase({ url, schema: direct.schema, pool: 2 });
    await migrate(database, folder);
    const { rows } = await prepared(
      database.knex,
      `select current_setting('plan_cache_mode') as plans, current_setting('statement_timeout') as limit,
         current_setting('application_name') as name, current_schema() as schema, ?::int as value`,
      [1],
    );
    expect(rows).toEqual([
      { plans: 'force_generic_plan', limit: '15s', name: direct.schema, schema: direct.schema, value: 1 },
    ]);
  }
});

/** A line to the test's server on which it calls itself version 12. */
async function startAged(parts: AsyncDisposableStack): Promise<string> {
  const behind = new URL(testServers().databaseUrl);
  const told = await (async () => {
    await using database = testDatabase('version');
    const { rows } = await database.knex.raw<{ rows: [{ server_version_num: string }] }>('show server_version_num');
    return rows[0].server_version_num;
  })();
  const [host, port] = [behind.hostname, Number(behind.port)];
  const server = createServer((near) => {
    const far = connect(port, host);
    const aging = new Transform({
      transform: (chunk: Buffer, _encoding, done) =>
        done(null, Buffer.from(chunk.toString('latin1').replaceAll(told, '120022'), 'latin1')),
    });
    near.on('error', () => far.destroy()).pipe(far);
    far
      .on('error', () => near.destroy())
      .pipe(aging)
      .pipe(near);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  parts.defer(() => void server.close());
  behind.hostname = '127.0.0.1';
  behind.port = String((server.address() as AddressInfo).port);
  return behind.href;
}

it('says at start that a server is too old', async () => {
  await using parts = new AsyncDisposableStack();
  const url = await startAged(parts);
  await using database = openDatabase({ url, schema: 'old' });
  await expect(migrate(database, '/nowhere')).rejects.toMatchObject({
    code: 'failed-precondition',
    message: 'PostgreSQL 13 or later is needed',
    fields: { found: '12' },
  });
});
