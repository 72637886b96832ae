import { connect } from 'node:net';
import { join } from 'node:path';
import { MINUTE } from '@earshot/kernel';
import { DATABASE, SUPERUSER } from './access.ts';
import { clusterEnv, type Cluster } from './cluster.ts';
import type { ProcessPlan } from './supervised.ts';

export interface PostgresOptions {
  readonly cluster: Cluster;
  readonly port: number;
  readonly logFile: string;
  /** Leaves out fsync: for tests whose data nobody keeps. */
  readonly isThrowaway: boolean;
}

/** The plan for a PostgreSQL of our own. */
export function planPostgres({ cluster, port, logFile, isThrowaway }: PostgresOptions): ProcessPlan {
  const { binaries, folder, user } = cluster;
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
    args: ['-D', folder, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    env: clusterEnv,
    ...(user && { uid: user.uid, gid: user.gid }),
    port,
    isInfrastructure: true,
    logFile,
    // "Fast" shutdown: https://www.postgresql.org/docs/current/server-shutdown.html
    stopSignal: 'SIGINT',
    stopMs: MINUTE,
    isReady: () => accepts(port),
  };
}

/** Whether PostgreSQL answers a start-up packet with anything but "starting up". */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const body = Buffer.from(`\0\x03\0\0user\0${SUPERUSER}\0database\0${DATABASE}\0\0`, 'latin1');
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
