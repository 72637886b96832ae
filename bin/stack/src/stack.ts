import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { AppError, MINUTE, type Log } from '@earshot/kernel';
import { planNats } from './nats.ts';
import { usualPorts, type Ports } from './plan.ts';
import { planPostgres } from './postgres.ts';
import { loadSecrets, type Secrets } from './secrets.ts';
import { planServices, type Programs, type ServiceName } from './services.ts';
import { supervise, type ProcessPlan, type Supervised } from './supervised.ts';

export interface StackOptions {
  /** The checkout that is run. */
  readonly root: string;
  /** Holds everything that is kept: database, broker, recordings, logs, secrets. */
  readonly dataDir: string;
  readonly ports?: Ports;
  /** Environment for the services: API keys of speech vendors, allow lists, browser flags. */
  readonly settings?: Readonly<Record<string, string | undefined>>;
  /** Outside servers instead of our own. */
  readonly databaseUrl?: string | undefined;
  readonly natsUrl?: string | undefined;
  /** The data is thrown away afterwards: trade durability on power loss for speed. */
  readonly isThrowaway?: boolean;
  /** Which services to run; all when absent. */
  readonly only?: readonly ServiceName[];
  /** Other programs in services' places, each a file for Node and its arguments. */
  readonly programs?: Programs;
  readonly log: Log;
}

/** The whole of Earshot on one machine, every part its own process. */
export interface Stack extends AsyncDisposable {
  readonly url: string;
  readonly apiKey: string;
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly ports: Ports;
  readonly processes: ReadonlyMap<string, Supervised>;
}

/** Starts everything side by side and waits until all of it works. What was started is stopped again when that fails. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { ports = usualPorts, dataDir, log } = options;
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  const secrets = loadSecrets(dataDir);
  const processes = new Map<string, Supervised>();
  const stop = () => stopAll(processes);
  try {
    const databaseUrl = options.databaseUrl ?? `postgres://earshot@127.0.0.1:${ports.postgres}/postgres`;
    const natsUrl = options.natsUrl ?? `nats://127.0.0.1:${ports.nats}`;
    for (const plan of planAll(options, { ports, databaseUrl, natsUrl, secrets })) {
      processes.set(plan.name, supervise(plan, log));
    }
    await Promise.all(Array.from(processes.values(), (running) => running.ready(MINUTE)));
    if (options.databaseUrl) await checkDatabase(options.databaseUrl);
    return {
      url: `http://127.0.0.1:${ports.gateway}`,
      apiKey: secrets.apiKey,
      databaseUrl,
      natsUrl,
      ports,
      processes,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Resolved {
  readonly ports: Ports;
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly secrets: Secrets;
}

/** Our own PostgreSQL and NATS where nobody named others, and the services. */
function planAll(options: StackOptions, resolved: Resolved): ProcessPlan[] {
  const { root, dataDir, settings = {}, only, programs = {}, isThrowaway = false } = options;
  const { ports } = resolved;
  const logFile = (name: string) => join(dataDir, 'logs', `${name}.log`);
  const services = planServices({ root, dataDir, settings, programs, logFile, ...resolved });
  const postgres = () => planPostgres({ dataDir, port: ports.postgres, logFile: logFile('postgres'), isThrowaway });
  const nats = () => planNats({ dataDir, port: ports.nats, logFile: logFile('nats') });
  return [
    ...(options.databaseUrl ? [] : [postgres()]),
    ...(options.natsUrl ? [] : [nats()]),
    ...services.filter((plan) => !only || only.includes(plan.name as ServiceName)),
  ];
}

/** Ours first, all together; then what they stand on. */
async function stopAll(processes: ReadonlyMap<string, Supervised>): Promise<void> {
  const infrastructure = ['postgres', 'nats'];
  const all = [...processes.values()];
  await Promise.all(
    all.filter(({ name }) => !infrastructure.includes(name)).map((running) => running[Symbol.asyncDispose]()),
  );
  await Promise.all(
    all.filter(({ name }) => infrastructure.includes(name)).map((running) => running[Symbol.asyncDispose]()),
  );
}

async function checkDatabase(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
  } catch (error) {
    throw new AppError('unavailable', 'the database at DATABASE_URL does not answer', { cause: error });
  } finally {
    await client.end().catch(() => {});
  }
}
