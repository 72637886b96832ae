import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createApi, type Api } from './api.ts';
import { startCustomer, type Customer } from './customer.ts';
import { startLab, type Face, type Lab, type Room } from '@earshot/lab';
import { startSandbox, type Sandbox } from '@earshot/sandbox';
import { silentLog } from '@earshot/kernel';
import { freePorts, removeCluster, startStack, type Ports, type Stack } from '@earshot/stack';

/** Everything a story needs: the product in its own processes, and around it what cannot be reached from here. */
export interface Fixture extends AsyncDisposable {
  readonly stack: Stack;
  readonly api: Api;
  readonly lab: Lab;
  readonly sandbox: Sandbox;
  readonly customer: Customer;
  readonly room: Room;
  readonly dataDir: string;
  /** How long the product's own processes took to be ready, in milliseconds. */
  readonly stackStartMs: number;
}

export interface StageOptions {
  readonly face: Face;
  readonly lobby?: boolean;
  /** More environment for the services. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Kept afterwards when given; else a folder of its own that goes with the stage. */
  readonly dataDir?: string;
  /** Any that are free when absent. */
  readonly ports?: Ports;
  /** What a realtime model answers; see the sandbox. */
  readonly realtimeAnswers?: readonly string[];
}

const root = resolve(import.meta.dirname, '../../..');

export async function openFixture({
  face,
  lobby = false,
  settings = {},
  dataDir: kept,
  ports,
  realtimeAnswers,
}: StageOptions): Promise<Fixture> {
  const stack = new AsyncDisposableStack();
  try {
    const dataDir = kept ?? (await mkdtemp(join(tmpdir(), 'earshot-')));
    if (!kept) {
      stack.defer(() => rm(dataDir, { recursive: true, force: true }));
      stack.defer(() => removeCluster(dataDir));
    }
    const sandbox = stack.use(await startSandbox({ yields: true, ...(realtimeAnswers && { realtimeAnswers }) }));
    const lab = stack.use(await startLab());
    const customer = stack.use(await startCustomer());
    const room = lab.createRoom({ face, lobby });
    const startedAt = Date.now();
    const running = stack.use(
      await startStack({
        root,
        dataDir,
        ports: ports ?? (await freePorts()),
        isThrowaway: true,
        log: silentLog,
        settings: { ...process.env, ...settingsFor({ sandbox, lab }), ...settings },
      }),
    );
    const stackStartMs = Date.now() - startedAt;
    const owned = stack.move();
    return {
      stack: running,
      api: createApi(running),
      lab,
      sandbox,
      customer,
      room,
      dataDir,
      stackStartMs,
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

/** The product's ordinary settings, pointed at the stand-ins. */
function settingsFor({ sandbox, lab }: { sandbox: Sandbox; lab: Lab }): Record<string, string> {
  return {
    EGRESS_ALLOW: ['127.0.0.1', ...lab.addresses].join(),
    // One account here orders, and asks after, what is many accounts' elsewhere.
    ACCOUNT_REQUESTS_PER_SECOND: '100000',
    WEB_MEETING_HOSTS: new URL(lab.url).host,
    EGRESS_HOSTS: hostsOf(lab),
    BROWSER_ARGS: JSON.stringify(lab.browserArgs),
    DEEPGRAM_API_KEY: sandbox.keys.deepgram,
    DEEPGRAM_URL: sandbox.deepgramUrl,
    ASSEMBLYAI_API_KEY: sandbox.keys.assemblyai,
    ASSEMBLYAI_URL: sandbox.assemblyaiUrl,
    ASSEMBLYAI_STREAMING_URL: sandbox.assemblyaiStreamingUrl,
    OPENAI_COMPATIBLE_API_KEY: sandbox.keys.openai,
    OPENAI_COMPATIBLE_URL: sandbox.openaiUrl,
    TTS_API_KEY: sandbox.keys.openai,
    TTS_URL: sandbox.openaiUrl,
    NODE_EXTRA_CA_CERTS: sandbox.caPath,
  };
}

/** As the joiner reads it. */
function hostsOf(lab: Lab): string {
  return Object.entries(lab.hosts)
    .map((pair) => pair.join('='))
    .join();
}
