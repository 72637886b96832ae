import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MINUTE, SECOND, type AppError, type ServiceIdentity, type ServiceName as RpcName } from '@earshot/kernel';
import { openDataFolder } from './data-folder.ts';
import { startGuard } from './guard.ts';
import { checkDatabase, checkNats } from './outside.ts';
import { checkPorts, usualPorts, type Ports } from './plan.ts';
import { ownNatsUrl } from './nats.ts';
import { identityOf, ownCertificates, ownDatabaseUrl, planAll } from './parts.ts';
import { startRotating } from './rotate-logs.ts';
import { loadSecrets } from './secrets.ts';
import type { StackOptions } from './stack-options.ts';
import { supervise, type ProcessPlan, type Supervised } from './supervised.ts';

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
  /** As whom a client of the services' RPCs may call. */
  identity(service: RpcName): ServiceIdentity;
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
  const natsUrl = options.natsUrl ?? ownNatsUrl({ port: ports.nats, password: secrets.natsPassword });
  const certificates = ownCertificates(dataDir);
  const { plans, prepare } = planAll(options, { ports, natsUrl, secrets, certificates });
  await Promise.all([
    options.databaseUrl && checkDatabase(options.databaseUrl),
    // A file of credentials answers a challenge: whether it is taken, the services show.
    options.natsUrl && !options.settings?.['NATS_CREDENTIALS'] && checkNats(options.natsUrl),
    checkPortsWithin(lock.isInherited ? LEFTOVERS_MS : 0, plans),
  ]);
  prepare();

  parts.use(startRotating(join(dataDir, 'logs')));
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
    identity: (service) => identityOf(service, certificates),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
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
