import { connect } from 'node:net';
import { join } from 'node:path';
import { MINUTE } from '@earshot/kernel';
import type { ProcessPlan } from './supervised.ts';

/** The plan for a nats-server of our own, JetStream on disk. */
export function planNats({ dataDir, port, logFile }: { dataDir: string; port: number; logFile: string }): ProcessPlan {
  return {
    name: 'nats',
    command: 'nats-server',
    args: ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', join(dataDir, 'nats')],
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` },
    logFile,
    stopSignal: 'SIGTERM',
    stopMs: MINUTE,
    isReady: () => greets(port),
  };
}

/** A NATS server speaks first. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.setTimeout(1000, () => socket.destroy());
    socket.once('data', (hello) => {
      resolve(hello.toString('latin1').startsWith('INFO'));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}
