import { connect, type AddressInfo, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { eventually } from '@earshot/harness';
import { silentLog, type AccountId, type Log } from '@earshot/kernel';
import type { GatewayDeps } from '../../../gateway/src/actions/deps.ts';
import { defaultLimits, type HttpLimits } from '../../../gateway/src/http/limits.ts';
import { createHttpServer } from '../../../gateway/src/http/server.ts';

/** A key is the name of its account, unless it begins with `wrong`. */
export const apiKeys = {
  async find(key: string) {
    return key.startsWith('wrong') ? undefined : { accountId: key as AccountId, callbackVersion: undefined };
  },
};

/** The public routes on a port of their own, before the peers that are given. */
export async function openGateway({
  limits = {},
  log = silentLog,
  ...peers
}: { limits?: Partial<HttpLimits>; log?: Log } & Partial<Record<keyof GatewayDeps, unknown>> = {}) {
  const parts = { apiKeys, log, settings: { publicUrl: 'https://earshot.example' }, ...peers };
  const server = createHttpServer(parts as unknown as GatewayDeps, { ...defaultLimits, ...limits });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    server,
    port,
    origin,
    ask: (path: string, { key = 'account-1', ...init }: RequestInit & { key?: string } = {}) =>
      fetch(`${origin}${path}`, { ...init, headers: { authorization: `Token ${key}`, ...init.headers } }),
    /** Resolves when this many connections are open. */
    connections: (wanted: number) =>
      eventually(async () => (await promisify(server.server.getConnections.bind(server.server))()) === wanted, {
        signal: AbortSignal.timeout(10_000),
      }),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** A client that speaks for itself. */
export function dial(port: number) {
  const socket: Socket = connect({ host: '127.0.0.1', port });
  const heard: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => heard.push(chunk));
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return {
    socket,
    /** All that was heard until the other side closed. */
    async whole(): Promise<string> {
      await closed;
      return Buffer.concat(heard).toString();
    },
    /** Says this a byte at a time, for as long as anybody listens. */
    trickle(text: string, everyMs: number) {
      let at = 0;
      const timer = setInterval(() => {
        if (socket.writable) socket.write(text[at++ % text.length] ?? ' ');
      }, everyMs);
      void closed.then(() => clearInterval(timer));
    },
  };
}
