import { join } from 'node:path';
import { isServing } from '@earshot/rpc';
import { SECOND, type ServiceIdentity } from '@earshot/kernel';
import type { Certificates } from './certificates.ts';
import type { Ports } from './plan.ts';
import type { Schema } from './schemas.ts';
import type { Secrets } from './secrets.ts';
import type { ProcessPlan } from './supervised.ts';
import { folderOf, variablesOf } from './variables.ts';

export type ServiceName =
  'gateway' | 'scheduler' | 'joiner' | 'media-streamer' | 'transcriber' | 'composer' | 'retention' | 'notifier';

/** A file for Node and its arguments, for each service that is not to be run by its own main file. */
export type Programs = Readonly<Partial<Record<ServiceName, readonly string[]>>>;

export interface ServicesOptions {
  readonly root: string;
  readonly dataDir: string;
  readonly ports: Ports;
  /** The address at which a schema's owner reaches the database. */
  readonly databaseUrl: (schema: Schema) => string;
  readonly natsUrl: string;
  readonly secrets: Secrets;
  readonly certificates: Certificates;
  /** As whom the supervisor asks whether a service serves. */
  readonly operator: ServiceIdentity;
  readonly logFile: (name: string) => string;
  /** Variables of whoever starts the stack; each service is given those that its config.ts names. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  readonly programs: Programs;
}

/** What a process takes from whoever starts the stack, beside what its service's config.ts names. It sees nothing else of it. */
const everybodys = [
  ...['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'],
  ...['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_PROTOCOL'],
  ...['OTEL_TRACES_EXPORTER', 'OTEL_METRICS_EXPORTER', 'OTEL_BSP_SCHEDULE_DELAY'],
];

/** The plans for our own eight processes. */
export function planServices(options: ServicesOptions): ProcessPlan[] {
  const { ports, secrets, dataDir, databaseUrl, natsUrl } = options;
  const at = (port: number) => `127.0.0.1:${port}`;
  const url = `http://${at(ports.gateway)}`;
  const plan = (name: ServiceName, port: number, own: Record<string, string>) =>
    planService(options, { name, port, own });
  const database = (schema: Schema) => ({ DATABASE_URL: databaseUrl(schema) });
  const stores = (schema: Schema) => ({ ...database(schema), NATS_URL: natsUrl });
  return [
    plan('scheduler', ports.scheduler, { ...stores('scheduler'), ASSIGNMENT_SECRET: secrets.assignmentSecret }),
    plan('notifier', ports.notifier, { ...database('notifier'), SECRETS_KEY: secrets.secretsKey }),
    plan('media-streamer', ports.media, {
      ...stores('media'),
      BLOB_DIR: join(dataDir, 'blobs'),
      ARTIFACT_SECRET: secrets.artifactSecret,
      ASSIGNMENT_SECRET: secrets.assignmentSecret,
    }),
    plan('transcriber', ports.transcriber, { ...stores('transcriber'), SECRETS_KEY: secrets.secretsKey }),
    plan('composer', ports.composer, { ...stores('composer'), COMPOSER_DIR: join(dataDir, 'compositions') }),
    plan('retention', ports.retention, stores('retention')),
    plan('joiner', ports.joiner, {}),
    {
      ...plan('gateway', ports.gateway, {
        ...stores('gateway'),
        HTTP_LISTEN: at(ports.gateway),
        PUBLIC_URL: options.settings['PUBLIC_URL'] ?? url,
        BOOTSTRAP_API_KEY: secrets.apiKey,
      }),
      isReady: async () => (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(SECOND) })).ok,
    },
  ];
}

function planService(
  { root, ports, dataDir, logFile, settings, programs, certificates, operator }: ServicesOptions,
  { name, port, own }: { name: ServiceName; port: number; own: Record<string, string> },
): ProcessPlan {
  const at = (peer: number) => `127.0.0.1:${peer}`;
  const given = [...everybodys, ...variablesOf(root, name)].flatMap((key) => {
    const value = settings[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    name,
    command: process.execPath,
    args: [
      '--disable-warning=ExperimentalWarning',
      '--import',
      join(root, 'libs/service/src/telemetry.ts'),
      ...(programs[name] ?? [join(folderOf(root, name), 'src/main.ts')]),
    ],
    env: {
      ...Object.fromEntries(given),
      // What the parts of the stack are to each other is the stack's to say.
      OTEL_SERVICE_NAME: name,
      NODE_COMPILE_CACHE: settings['NODE_COMPILE_CACHE'] ?? join(dataDir, 'compile-cache'),
      RPC_LISTEN: at(port),
      RPC_TLS_CA: certificates[name].ca,
      RPC_TLS_CERT: certificates[name].cert,
      RPC_TLS_KEY: certificates[name].key,
      SCHEDULER_ADDRESS: at(ports.scheduler),
      MEDIA_ADDRESS: at(ports.media),
      TRANSCRIBER_ADDRESS: at(ports.transcriber),
      RETENTION_ADDRESS: at(ports.retention),
      NOTIFIER_ADDRESS: at(ports.notifier),
      COMPOSER_ADDRESS: at(ports.composer),
      ...own,
    },
    port,
    isInfrastructure: false,
    logFile: logFile(name),
    // Whoever stops the whole stack waits for no meeting to end: what drains on SIGTERM is asked to end now.
    stopSignal: name === 'joiner' ? 'SIGINT' : 'SIGTERM',
    stopMs: 15 * SECOND,
    isReady: () => isServing(at(port), { as: operator }),
  };
}
