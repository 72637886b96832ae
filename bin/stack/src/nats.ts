import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { MINUTE, SECOND } from '@earshot/kernel';
import type { ProcessPlan } from './supervised.ts';

/** How long a server may take to answer, in milliseconds. */
const ANSWER_MS = 2 * SECOND;

/** The services' user at a broker of our own. */
const USER = 'earshot';

export interface NatsOptions {
  readonly dataDir: string;
  readonly port: number;
  readonly password: string;
  readonly logFile: string;
}

/** The address at which services reach a broker of our own. */
export function ownNatsUrl({ port, password }: Pick<NatsOptions, 'port' | 'password'>): string {
  return `nats://${USER}:${password}@127.0.0.1:${port}`;
}

/** Writes the file that names who may connect to a broker of our own: arguments could be read by everybody. */
export function prepareNats({ dataDir, password }: Pick<NatsOptions, 'dataDir' | 'password'>): void {
  const users = `authorization { user: ${USER}, password: "${password}" }\n`;
  writeFileSync(configPath(dataDir), users, { mode: 0o600 });
}

function configPath(dataDir: string): string {
  return join(dataDir, 'nats.conf');
}

/** The plan for a nats-server of our own, JetStream on disk. */
export function planNats({ dataDir, port, password, logFile }: NatsOptions): ProcessPlan {
  const isReady = async () => (await askNats(ownNatsUrl({ port, password }))) === undefined;
  return {
    name: 'nats',
    command: 'nats-server',
    args: ['-c', configPath(dataDir), '-a', '127.0.0.1', '-p', String(port), '-js', '-sd', join(dataDir, 'nats')],
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/local/sbin` },
    port,
    isInfrastructure: true,
    logFile,
    stopSignal: 'SIGTERM',
    stopMs: MINUTE,
    isReady,
  };
}

/**
 * Asks a NATS server whether it takes whoever comes with this address; answers why not, or undefined.
 * https://docs.nats.io/reference/reference-protocols/nats-protocol: the server speaks first, with INFO; CONNECT and PING are
 * answered by PONG or -ERR. Of a server that wants TLS only the greeting is read.
 */
export function askNats(url: string): Promise<string | undefined> {
  const { hostname, port, username, password } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 4222) });
    let received = '';
    const settle = (answer: string | undefined) => {
      resolve(answer);
      socket.destroy();
    };
    socket.setTimeout(ANSWER_MS, () => settle('it does not answer'));
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message));
    socket.once('close', () => settle('it closed the connection'));
    socket.on('data', (chunk) => {
      const wasGreeted = received.includes('\r\n');
      received += chunk.toString('latin1');
      if (!wasGreeted && received.includes('\r\n')) {
        if (!received.startsWith('INFO {')) return settle('what answers there is no NATS server');
        if (/"tls_required":\s*true/.test(received)) return settle(undefined);
        const [user, pass] = [decodeURIComponent(username), decodeURIComponent(password)];
        const options = {
          verbose: false,
          pedantic: false,
          lang: 'node',
          version: '0',
          ...(user ? { user, pass } : {}),
        };
        socket.write(`CONNECT ${JSON.stringify(options)}\r\nPING\r\n`);
      }
      const refusal = /^-ERR '(.*)'/m.exec(received)?.[1];
      if (refusal) settle(refusal);
      else if (/^PONG\r$/m.test(received)) settle(undefined);
    });
  });
}
