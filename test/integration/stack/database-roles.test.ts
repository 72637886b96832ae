import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { expect, it } from 'vitest';
import { silentLog } from '@earshot/kernel';
import { freePorts, startStack, type Stack } from '@earshot/stack';
import { clusterEnv, placeCluster } from '../../../bin/stack/src/cluster.ts';
import { dataFolder } from './started.ts';

const start = async (dataDir: string): Promise<Stack> =>
  startStack({
    root: resolve(import.meta.dirname, '../../..'),
    dataDir,
    ports: await freePorts(),
    isThrowaway: true,
    only: [],
    log: silentLog,
  });

/** The address of a schema's owner, from the secrets of the stack. */
function addressOf(role: string, { stack, dataDir }: { stack: Stack; dataDir: string }): string {
  const { databasePasswords } = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8'));
  const url = new URL(stack.databaseUrl);
  url.username = role;
  url.password = databasePasswords[role];
  return url.href;
}

async function ask(connectionString: string, ...statements: string[]): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

it('gives each schema an owner that may do as it likes there, and nothing elsewhere', async () => {
  await using folder = await dataFolder();
  await using stack = await start(folder.path);
  const at = { stack, dataDir: folder.path };
  await ask(addressOf('media', at), 'create table media.own (a int)', 'insert into media.own values (1)');
  await ask(addressOf('scheduler', at), 'create table scheduler.own (a int)');
  for (const statement of [
    'select * from scheduler.own',
    'create table public.mine (a int)',
    'create schema mine',
    'create role mine',
    "copy (select 1) to program 'true'",
    "select pg_read_file('/etc/hostname')",
    'set role earshot',
  ])
    await expect(ask(addressOf('media', at), statement), statement).rejects.toThrow(/permission denied/);
});

it('lets nobody in without a password', async () => {
  await using folder = await dataFolder();
  await using stack = await start(folder.path);
  const bare = new URL(stack.databaseUrl);
  bare.password = '';
  await expect(ask(bare.href)).rejects.toThrow(/password/);
  bare.password = 'guessed';
  await expect(ask(bare.href)).rejects.toThrow(/password authentication failed/);
});

it('takes a cluster without passwords over, with what it holds', async () => {
  await using folder = await dataFolder();
  const cluster = placeCluster({ dataDir: folder.path, browserUser: undefined });
  const identity = cluster.user && { uid: cluster.user.uid, gid: cluster.user.gid };
  const run = (name: string, args: string[], input = '') => {
    const options = { ...identity, input, env: clusterEnv, cwd: '/', encoding: 'utf8' } as const;
    const { status, stderr } = spawnSync(join(cluster.binaries, 'bin', name), args, options);
    expect(status, stderr).toBe(0);
  };
  mkdirSync(cluster.folder, { mode: 0o700 });
  if (cluster.user) chownSync(cluster.folder, cluster.user.uid, cluster.user.gid);
  run('initdb', ['-D', cluster.folder, '-U', 'earshot', '--auth=trust', '-E', 'UTF8', '--locale=C', '--no-sync']);
  const before = [
    'create schema media',
    "create type media.mood as enum ('good')",
    'create table media.things (id bigserial primary key, mood media.mood, text text)',
    'create sequence media.apart',
    "create function media.one() returns int language sql as 'select 1'",
    "insert into media.things (mood, text) values ('good', 'kept')",
  ];
  run('postgres', ['--single', '-c', 'exit_on_error=on', '-D', cluster.folder, 'postgres'], `${before.join('\n')}\n`);

  await using stack = await start(folder.path);
  const media = addressOf('media', { stack, dataDir: folder.path });
  await ask(media, 'alter table media.things add column more int', "alter type media.mood add value 'bad'");
  await ask(media, 'alter function media.one() rename to two', 'drop sequence media.apart');
  expect(await ask(media, "insert into media.things (mood, text) values ('bad', 'new') returning id")).toEqual([
    { id: 2 },
  ]);
  expect(await ask(media, 'select text from media.things order by id')).toEqual([{ text: 'kept' }, { text: 'new' }]);
  const bare = new URL(stack.databaseUrl);
  bare.password = '';
  await expect(ask(bare.href)).rejects.toThrow(/password/);
});

it('makes new passwords known to the cluster when the secrets were lost', async () => {
  await using folder = await dataFolder();
  {
    await using stack = await start(folder.path);
    await ask(stack.databaseUrl, 'create table media.kept (a int)', 'insert into media.kept values (7)');
  }
  rmSync(join(folder.path, 'secrets.json'));
  await using stack = await start(folder.path);
  const media = addressOf('media', { stack, dataDir: folder.path });
  expect(await ask(media, 'select a from media.kept')).toEqual([{ a: 7 }]);
});

const hasPsql = spawnSync('psql', ['--version']).status === 0;

it.runIf(hasPsql)('makes the same roles where containers run, again and again', async () => {
  await using folder = await dataFolder();
  await using stack = await start(folder.path);
  const { hostname, port, username, password } = new URL(stack.databaseUrl);
  await ask(stack.databaseUrl, 'create database earshot');
  const names = ['GATEWAY', 'SCHEDULER', 'MEDIA', 'TRANSCRIBER', 'RETENTION', 'NOTIFIER', 'COMPOSER'];
  const env = {
    PATH: process.env['PATH'],
    PGHOST: hostname,
    PGPORT: port,
    PGPASSWORD: password,
    POSTGRES_USER: username,
    POSTGRES_DB: 'earshot',
    ...Object.fromEntries(names.map((name) => [`${name}_DATABASE_PASSWORD`, `${name}pass`.toLowerCase()])),
  };
  const script = resolve(import.meta.dirname, '../../../deploy/postgres/roles.sh');
  const run = () => spawnSync(script, { env, encoding: 'utf8' });
  expect(run().stderr).toBe('');
  const admin = new URL(stack.databaseUrl);
  admin.pathname = '/earshot';
  await ask(admin.href, 'create table media.things (id bigserial)', "create type media.mood as enum ('good')");
  expect(run()).toMatchObject({ status: 0, stderr: '' });
  const media = new URL(admin);
  media.username = 'media';
  media.password = 'mediapass';
  await ask(media.href, 'alter table media.things add column more media.mood', "alter type media.mood add value 'bad'");
  await expect(ask(media.href, 'create schema mine')).rejects.toThrow('permission denied');
  await expect(ask(media.href, 'create table public.mine ()')).rejects.toThrow('permission denied');
});
