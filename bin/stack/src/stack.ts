import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MINUTE, SECOND, type AppError, type Log } from '@earshot/kernel';
import { openDataFolder } from './data-folder.ts';
import { startGuard } from './guard.ts';
import { planNats } from './nats.ts';
import { checkDatabase, checkNats } from './outside.ts';
import { checkPorts, usualPorts, type Ports } from './plan.ts';
import { planPostgres } from './postgres.ts';
import { accessStatements, DATABASE, SUPERUSER, type Schema } from './access.ts';
import { placeCluster, prepareCluster } from './cluster.ts';
import { loadSecrets, type Secrets } from './secrets.ts';
import { planServices, type Programs, type ServiceName } from './services.ts';
import { supervise, type ProcessPlan, type Supervised } from './supervised.ts';

export interface StackOptions {
  /** The checkout that is run. */
  readonly root: string;
  /** Holds everything that is kept: database, broker, recordings, logs, secrets. One stack at a time has it. */
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
  /** Gives the start up; what was started is stopped. */
  readonly signal?: AbortSignal;
}

/** The whole of Earshot on one machine, every part its own process. */
export interface Stack extends AsyncDisposable {
  readonly url: string;
  readonly apiKey: string;
  readonly databaseUrl: string;
  readonly natsUrl: string;
  readonly ports: Ports;
  readonly processes: ReadonlyMap<string, Supervised>;
  /** Resolves with why, once a part can never run again as it is configured. */
  readonly broken: Promise<AppError>;
}

/** How long what a killed supervisor left behind may take to end, in milliseconds. */
const LEFTOVERS_MS = 20 * SECOND;

/**
 * Starts everything side by side and waits until all of it works. Throws one line that says what is wrong and which setting
 * to change; what was started is stopped again then.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { ports = usualPorts, dataDir, log, signal } = options;
  await using parts = new AsyncDisposableStack();
  const lock = parts.use(openDataFolder(dataDir));
  const secrets = loadSecrets(dataDir);
  const databaseUrl = options.databaseUrl ?? ownDatabaseUrl(ports, secrets)('superuser');
  const natsUrl = options.natsUrl ?? `nats://127.0.0.1:${ports.nats}`;
  const { plans, prepare } = planAll(options, { ports, natsUrl, secrets });
  await Promise.all([
    options.databaseUrl && checkDatabase(options.databaseUrl),
    options.natsUrl && checkNats(options.natsUrl),
    checkPortsWithin(lock.isInherited ? LEFTOVERS_MS : 0, plans),
  ]);
  prepare();

  const broken = Promise.withResolvers<AppError>();
  const guard = parts.use(startGuard(dataDir));
  const processes = new Map<string, Supervised>();
  parts.defer(() => stopAll(processes));
  for (const plan of plans) processes.set(plan.name, supervise(plan, { log, guard, onGivenUp: broken.resolve }));
  await Promise.all(Array.from(processes.values(), (running) => running.ready({ timeoutMs: MINUTE, signal })));
  const owned = parts.move();
  return {
    url: `http://127.0.0.1:${ports.gateway}`,
    apiKey: secrets.apiKey,
    databaseUrl,
    natsUrl,
    ports,
    processes,
    broken: broken.promise,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

interface Resolved {
  readonly ports: Ports;
  readonly natsUrl: string;
  readonly secrets: Secrets;
}

/** Our own PostgreSQL and NATS where nobody named others, and the services; and what has to be done before they run. */
function planAll(options: StackOptions, resolved: Resolved): { plans: ProcessPlan[]; prepare: () => void } {
  const { root, dataDir, settings = {}, only, programs = {}, isThrowaway = false } = options;
  const { ports, secrets, natsUrl } = resolved;
  const logFile = (name: string) => join(dataDir, 'logs', `${name}.log`);
  // Who names a database of their own decides about its roles.
  const { databaseUrl: outside } = options;
  const databaseUrl = outside ? () => outside : ownDatabaseUrl(ports, secrets);
  const services = planServices({ root, dataDir, settings, programs, logFile, ports, secrets, natsUrl, databaseUrl });
  const cluster = outside ? undefined : placeCluster({ dataDir, browserUser: settings['BROWSER_USER'] });
  const plans = [
    ...(cluster ? [planPostgres({ cluster, port: ports.postgres, logFile: logFile('postgres'), isThrowaway })] : []),
    ...(options.natsUrl ? [] : [planNats({ dataDir, port: ports.nats, logFile: logFile('nats') })]),
    ...services.filter((plan) => !only || only.includes(plan.name as ServiceName)),
  ];
  const prepare = () => {
    if (cluster) prepareCluster(cluster, { statements: accessStatements(secrets), isThrowaway });
  };
  return { plans, prepare };
}

function ownDatabaseUrl(ports: Ports, { databasePasswords }: Secrets): (role: Schema | 'superuser') => string {
  return (role) => {
    const user = `${role === 'superuser' ? SUPERUSER : role}:${databasePasswords[role]}`;
    return `postgres://${user}@127.0.0.1:${ports.postgres}/${DATABASE}`;
  };
}

/** What a killed supervisor left may still be ending: its ports are given that time. */
async function checkPortsWithin(waitMs: number, plans: readonly ProcessPlan[]): Promise<void> {
  for (const giveUpAt = Date.now() + waitMs; ; await delay(200)) {
    try {
      return await checkPorts(plans);
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
    }
  }
}

/** Ours first, all together; then what they stand on. */
async function stopAll(processes: ReadonlyMap<string, Supervised>): Promise<void> {
  const all = [...processes.values()];
  const end = (some: readonly Supervised[]) => Promise.all(some.map((running) => running[Symbol.asyncDispose]()));
  await end(all.filter(({ isInfrastructure }) => !isInfrastructure));
  await end(all.filter(({ isInfrastructure }) => isInfrastructure));
}
