import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { AppError } from '@earshot/kernel';

/** Where everything listens, all on loopback. */
export interface Ports {
  readonly gateway: number;
  readonly scheduler: number;
  readonly joiner: number;
  readonly media: number;
  readonly transcriber: number;
  readonly retention: number;
  readonly notifier: number;
  readonly composer: number;
  readonly nats: number;
  readonly postgres: number;
}

/** How far each port lies above the first, which is the API's. */
const offsets: Ports = {
  gateway: 0,
  scheduler: 1,
  joiner: 2,
  media: 3,
  transcriber: 4,
  retention: 5,
  notifier: 6,
  composer: 7,
  nats: 22,
  postgres: 32,
};

/** The first port of a stack that is started by hand. */
export const USUAL_PORT_BASE = 7400;
export const portBaseRange = { min: 1024, max: 65_535 - offsets.postgres } as const;

/** The ports of a stack whose API listens on `base`. */
export function portsFrom(base: number): Ports {
  const entries = Object.entries(offsets).map(([name, offset]: [string, number]) => [name, base + offset]);
  return Object.fromEntries(entries) as unknown as Ports;
}

/** The ports of a stack that is started by hand. */
export const usualPorts: Ports = portsFrom(USUAL_PORT_BASE);

/** Below what systems give to outgoing connections (from 32768 on Linux): one of those would take a port between our look and its use. */
const freeRange = { min: 10_000, max: 32_000 } as const;

/** Ports nobody uses at this moment. */
export async function freePorts(): Promise<Ports> {
  for (;;) {
    const ports = portsFrom(randomInt(freeRange.min, freeRange.max));
    const areFree = await Promise.all(Object.values(ports).map(isFree));
    if (areFree.every(Boolean)) return ports;
  }
}

/** Throws where another process listens on one of these ports, so that what answers there later is a process of ours. */
export async function checkPorts(ports: readonly { name: string; port: number }[]): Promise<void> {
  const taken = await Promise.all(ports.map(async (one) => ((await isFree(one.port)) ? [] : [one])));
  const [first] = taken.flat();
  if (!first) return;
  throw new AppError(
    'failed-precondition',
    `port ${first.port} (${first.name}) is in use: end what listens there, or choose other ports with --port or EARSHOT_PORT_BASE`,
  );
}

async function isFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

function listen(port: number): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function close(server: ReturnType<typeof createServer>): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
