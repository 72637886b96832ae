import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testServers } from '@earshot/harness';
import { dataFolder, freePortBase, processesOf, startByHand, type StartOptions } from './started.ts';

/** Whether we may have a small disk of our own. */
function canMount(): boolean {
  const { status } = spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']);
  return status === 0;
}

/** Starts what cannot be started: it has to end by itself with one line, an exit code and nothing left behind. */
async function refusal(folder: string, { env, args = [], uid }: Partial<StartOptions> = {}): Promise<string> {
  const ports = args.includes('--port') ? [] : ['--port', String(await freePortBase())];
  const all = ['--data', folder, ...ports, ...args];
  await using started = startByHand({ folder, args: all, ...(env && { env }), ...(uid !== undefined && { uid }) });
  expect(await started.ended(), started.said()).toBe(1);
  const lines = started.said().trim().split('\n');
  expect(lines.filter((line) => !line.startsWith('Starting ') && !line.startsWith('{"level"'))).toHaveLength(1);
  expect(started.said()).not.toContain('Ready');
  expect(await processesOf(folder)).toEqual([]);
  return lines.at(-1) ?? '';
}

it.each([
  [0, 'gateway'],
  [1, 'scheduler'],
  [22, 'nats'],
  [32, 'postgres'],
])('ends where port base + %i, of %s, is in use', async (offset, name) => {
  await using folder = await dataFolder();
  const base = await freePortBase();
  const other = createServer().listen(base + offset, '127.0.0.1');
  await once(other, 'listening');
  expect(await refusal(folder.path, { args: ['--port', String(base)] })).toMatch(
    new RegExp(`^port ${base + offset} \\(${name}\\) is in use: .*EARSHOT_PORT_BASE$`),
  );
  other.close();
});

it('ends where another stack has the data folder, and takes over from one that is gone', async () => {
  await using folder = await dataFolder();
  const holder = { pid: process.pid, startedAt: 0 };
  await writeFile(join(folder.path, 'supervisor.lock'), JSON.stringify(holder));
  expect(await refusal(folder.path)).toMatch(/in use by another stack \(process \d+\): .*EARSHOT_DATA$/);
  const gone = { ...holder, startedAt: 1 };
  await writeFile(join(folder.path, 'supervisor.lock'), JSON.stringify(gone));
  expect(await refusal(folder.path, { env: { NATS_URL: 'nats://127.0.0.1:1' } })).toMatch(/^NATS_URL: /);
});

it.each([
  [
    'nobody listens',
    'postgres://earshot:hidden@127.0.0.1:1/earshot',
    /^DATABASE_URL: .* 127\.0\.0\.1:1\/earshot .*ECONNREFUSED/,
  ],
  ['it is no address', 'earshot', /^DATABASE_URL: must look like postgres:/],
  [
    'the host is unknown',
    'postgres://earshot:hidden@db.invalid/earshot',
    /^DATABASE_URL: .*db\.invalid.*(ENOTFOUND|EAI_AGAIN)/,
  ],
])('ends where DATABASE_URL is wrong: %s', async (_, url, line) => {
  await using folder = await dataFolder();
  const said = await refusal(folder.path, { env: { DATABASE_URL: url } });
  expect(said).toMatch(line);
  expect(said).not.toContain('hidden');
});

it('ends where the database refuses the password, or is not there', async () => {
  await using folder = await dataFolder();
  const wrong = new URL(testServers().databaseUrl);
  wrong.pathname = '/nothing';
  expect(await refusal(folder.path, { env: { DATABASE_URL: wrong.href } })).toContain('does not exist');
  wrong.password = 'hidden';
  expect(await refusal(folder.path, { env: { DATABASE_URL: wrong.href } })).toContain('password authentication failed');
});

it('ends where what NATS_URL names is no NATS server', async () => {
  await using folder = await dataFolder();
  const { host } = new URL(testServers().databaseUrl);
  const said = await refusal(folder.path, { env: { NATS_URL: `nats://user:hidden@${host}` } });
  expect(said).toMatch(/^NATS_URL: the server 127\.0\.0\.1:\d+ cannot be used: /);
});

it('ends where the data folder cannot be written to', async () => {
  await using folder = await dataFolder();
  await writeFile(join(folder.path, 'file'), '');
  expect(await refusal(join(folder.path, 'file/data'))).toMatch(/cannot be written to \(ENOTDIR\): .*EARSHOT_DATA$/);
});

it.runIf(process.getuid?.() === 0)("ends where the data folder is somebody else's", async () => {
  await using folder = await dataFolder();
  await chmod(folder.path, 0o755);
  expect(await refusal(folder.path, { uid: 65534 })).toMatch(/cannot be written to \(EACCES\): .*EARSHOT_DATA$/);
});

it.runIf(canMount())('ends where the disk is full', async () => {
  await using folder = await dataFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', folder.path]);
  try {
    expect(await refusal(folder.path)).toMatch(/the disk of the data folder .* is full: \d+ MB are free and 256 MB/);
  } finally {
    execFileSync('umount', [folder.path]);
  }
});

it('ends with the reason of a service that cannot run as it is configured, and starts it once', async () => {
  await using folder = await dataFolder();
  const said = await refusal(folder.path, { env: { WEB_MEETING_HOSTS: '', MAX_BOTS: 'many' } });
  expect(said).toMatch(/^joiner cannot run as it is configured: configuration cannot be used: - MAX_BOTS: /);
});

it('names a setting that it does not know', async () => {
  await using folder = await dataFolder();
  expect(await refusal(folder.path, { args: ['--prot', '1'] })).toContain("Unknown option '--prot'");
});
