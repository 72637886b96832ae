import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, type ServiceIdentity, type ServiceName as RpcName } from '@earshot/kernel';
import { accessStatements, DATABASE, SUPERUSER } from './access.ts';
import { makeCertificates, type Certificates } from './certificates.ts';
import { placeCluster, prepareCluster } from './cluster.ts';
import { planNats, prepareNats } from './nats.ts';
import type { Ports } from './plan.ts';
import { planPostgres } from './postgres.ts';
import type { Schema } from './schemas.ts';
import type { Secrets } from './secrets.ts';
import { planServices, type ServiceName } from './services.ts';
import type { StackOptions } from './stack-options.ts';
import type { ProcessPlan } from './supervised.ts';

export interface Resolved {
  readonly ports: Ports;
  readonly natsUrl: string;
  readonly secrets: Secrets;
  readonly certificates: Certificates;
}

/** Our own PostgreSQL and NATS where nobody named others, and the services; and what has to be done before they run. */
export function planAll(options: StackOptions, resolved: Resolved): { plans: ProcessPlan[]; prepare: () => void } {
  const { root, dataDir, settings = {}, only, programs = {}, isThrowaway = false } = options;
  const { ports, secrets, certificates } = resolved;
  const logFile = (name: string) => join(dataDir, 'logs', `${name}.log`);
  // Who names a database of their own decides about its roles.
  const { databaseUrl: outside } = options;
  const databaseUrl = outside ? () => outside : ownDatabaseUrl(ports, secrets);
  const operator = identityOf('operator', certificates);
  const services = planServices({ root, dataDir, settings, programs, logFile, databaseUrl, operator, ...resolved });
  const cluster = outside ? undefined : placeCluster({ dataDir, browserUser: settings['BROWSER_USER'] });
  const nats = { dataDir, port: ports.nats, password: secrets.natsPassword };
  const plans = [
    ...(cluster ? [planPostgres({ cluster, port: ports.postgres, logFile: logFile('postgres'), isThrowaway })] : []),
    ...(options.natsUrl ? [] : [planNats({ ...nats, logFile: logFile('nats') })]),
    ...services.filter((plan) => !only || only.includes(plan.name as ServiceName)),
  ];
  const prepare = () => {
    if (!options.natsUrl) prepareNats(nats);
    if (cluster) prepareCluster(cluster, { statements: accessStatements(secrets), isThrowaway });
  };
  return { plans, prepare };
}

/** The addresses of a PostgreSQL of our own, by role. */
export function ownDatabaseUrl(
  { postgres }: Ports,
  { databasePasswords }: Secrets,
): (role: Schema | 'superuser') => string {
  return (role) => {
    const user = `${role === 'superuser' ? SUPERUSER : role}:${databasePasswords[role]}`;
    return `postgres://${user}@127.0.0.1:${postgres}/${DATABASE}`;
  };
}

/** The certificates of a stack's services. Throws `failed-precondition` where there is nothing to make them with. */
export function ownCertificates(dataDir: string): Certificates {
  try {
    return makeCertificates(join(dataDir, 'certificates'));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = isMissing ? 'openssl is missing (bin/setup installs it)' : (error as Error).message.split('\n')[0];
    throw new AppError('failed-precondition', `the certificates of the services cannot be made: ${why}`, {
      cause: error,
    });
  }
}

/** Reads a certificate that was made. */
export function identityOf(service: RpcName, certificates: Certificates): ServiceIdentity {
  const { ca, cert, key } = certificates[service];
  const read = (path: string) => readFileSync(path, 'utf8');
  return { service, tls: { ca: read(ca), cert: read(cert), key: read(key) } };
}
