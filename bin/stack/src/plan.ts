import { createServer } from 'node:net';

/** Where everything listens, all on loopback. */
export interface Ports {
  readonly gateway: number;
  readonly scheduler: number;
  readonly joiner: number;
  readonly media: number;
  readonly transcriber: number;
  readonly retention: number;
  readonly notifier: number;
  readonly nats: number;
  readonly postgres: number;
}

/** The ports of a stack that is started by hand. */
export const usualPorts: Ports = {
  gateway: 7400,
  scheduler: 7401,
  joiner: 7402,
  media: 7403,
  transcriber: 7404,
  retention: 7405,
  notifier: 7406,
  nats: 7422,
  postgres: 7432,
};

/** Ports nobody uses at this moment. */
export async function freePorts(): Promise<Ports> {
  const names = Object.keys(usualPorts);
  const servers = await Promise.all(names.map(listen));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return Object.fromEntries(names.map((name, index) => [name, ports[index]])) as unknown as Ports;
}

function listen(): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
