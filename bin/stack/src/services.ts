import { join } from 'node:path';
import { isServing } from '@earshot/rpc';
import { SECOND, type ServiceIdentity } from '@earshot/kernel';
import type { Certificates } from './certificates.ts';
import type { Ports } from './plan.ts';
import type { Schema } from './schemas.ts';
import type { Secrets } from './secrets.ts';
import type { ProcessPlan } from './supervised.ts';

export type ServiceName =
  'gateway' | 'scheduler' | 'joiner' | 'media-streamer' | 'transcriber' | 'retention' | 'notifier';

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
  /** Variables of whoever starts the stack; each service is given those it knows. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  readonly programs: Programs;
}

/** Variables that pass from whoever starts the stack to each service: what a service does not need it does not see. */
const passed: Readonly<Record<ServiceName | 'all', readonly string[]>> = {
  all: [
    'PATH',
    'HOME',
    'LANG',
    'TZ',
    'TMPDIR',
    'LOG_LEVEL',
    'SHUTDOWN_MS',
    'DATABASE_POOL',
    'RPC_REFLECTION',
    'NODE_EXTRA_CA_CERTS',
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    'OTEL_TRACES_EXPORTER',
    'OTEL_METRICS_EXPORTER',
    'OTEL_BSP_SCHEDULE_DELAY',
  ],
  gateway: [
    ...['NATS_CREDENTIALS', 'EGRESS_ALLOW', 'WEB_MEETING_HOSTS', 'CALLBACK_VERSION', 'PUBLIC_URL', 'TRUSTED_PROXIES'],
    ...['DEFAULT_ENGINE', 'DEFAULT_STREAMING_ENGINE'],
    ...['HTTP_REQUEST_TIMEOUT_MS', 'HTTP_IDLE_TIMEOUT_MS', 'HTTP_CONNECTIONS', 'HTTP_CONNECTIONS_PER_ADDRESS'],
    ...['ACCOUNT_REQUESTS_PER_SECOND', 'ACCOUNT_CONCURRENT_REQUESTS', 'FAILED_KEYS_PER_MINUTE'],
  ],
  scheduler: ['NATS_CREDENTIALS', 'ACCOUNT_WAITING_BOTS', 'TOMBSTONE_DAYS', 'IDEMPOTENCY_KEY_DAYS'],
  joiner: [
    'BROWSER_ARGS',
    'BROWSER_DISK_MB',
    'BROWSER_IDLE_MS',
    'DRAIN_MS',
    'BROWSER_PROXY',
    'BROWSER_USER',
    'CHROMIUM_PATH',
    'MAX_BOTS',
    'BOTS_PER_BROWSER',
    'EGRESS_ALLOW',
    'EGRESS_HOSTS',
    'WEB_TERMS_ACCEPTED_HOSTS',
  ],
  'media-streamer': [
    'NATS_CREDENTIALS',
    'EGRESS_ALLOW',
    'STORE_BUFFER_MB',
    'STORE_WAIT_SECONDS',
    'STORE_LOW_MB',
    'TOMBSTONE_DAYS',
  ],
  transcriber: [
    'NATS_CREDENTIALS',
    'TOMBSTONE_DAYS',
    ...['DEEPGRAM_API_KEY', 'DEEPGRAM_URL', 'ASSEMBLYAI_API_KEY', 'ASSEMBLYAI_URL', 'ASSEMBLYAI_STREAMING_URL'],
    ...['OPENAI_COMPATIBLE_API_KEY', 'OPENAI_COMPATIBLE_URL', 'OPENAI_COMPATIBLE_MODEL', 'SPEECH_FAILOVER'],
  ],
  retention: ['NATS_CREDENTIALS', 'TOMBSTONE_DAYS'],
  notifier: [
    'EGRESS_ALLOW',
    'LIVE_BUFFER_MB',
    'LIVE_ACCOUNT_BUFFER_MB',
    'LIVE_STALL_SECONDS',
    'CONCURRENCY',
    'DELIVERY_DAYS',
    'DEAD_DELIVERY_DAYS',
    'ENDPOINT_DAYS',
  ],
};

/** The plans for our own seven processes. */
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
    plan('retention', ports.retention, stores('retention')),
    plan('joiner', ports.joiner, {}),
    {
      ...plan('gateway', ports.gateway, {
        ...stores('gateway'),
        HTTP_LISTEN: at(ports.gateway),
        PUBLIC_URL: url,
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
  const folder = name === 'gateway' ? 'gateway' : `services/${name}`;
  const at = (peer: number) => `127.0.0.1:${peer}`;
  const given = [...passed.all, ...passed[name]].flatMap((key) => {
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
      ...(programs[name] ?? [join(root, folder, 'src/main.ts')]),
    ],
    env: {
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
      ...own,
      ...Object.fromEntries(given),
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
