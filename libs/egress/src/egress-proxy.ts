import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline, type Duplex } from 'node:stream';
import { silentLog, type Log } from '@earshot/kernel';
import { parseEndpoint, type Endpoint } from './allow-list.ts';
import type { Egress } from './egress.ts';
import { toEgressFailure } from './egress-failure.ts';
import { endpointOf } from './guard.ts';

/** A forward proxy on this machine, for programs that can only be configured to use one. */
export interface EgressProxy extends AsyncDisposable {
  readonly port: number;
  /** As `--proxy-server` takes it. */
  readonly url: string;
  /** How many destinations were refused so far. */
  readonly refusals: number;
}

/** Headers that concern one connection only (RFC 9110, 7.6.1). */
const hopByHop = new Set(
  'connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade'.split(
    ' ',
  ),
);

/** Listens on a free port of 127.0.0.1; every destination passes the egress guard, and tunnels end with the proxy. */
export async function createEgressProxy(egress: Egress, options: { readonly log?: Log } = {}): Promise<EgressProxy> {
  const log = options.log ?? silentLog;
  const sockets = new Set<Duplex>();
  const closing = new AbortController();
  let refusals = 0;

  const server = createServer((request, response) => {
    forward(request, response).catch((error: unknown) => {
      const { status, text } = refuse(error, request.headers.host);
      if (response.headersSent) response.destroy();
      else response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(`${text}\n`);
    });
  });

  function refuse(error: unknown, host: string | undefined): { status: number; text: string } {
    const failure = toEgressFailure(error);
    if (failure.reason !== 'blocked') return { status: 502, text: failure.message };
    refusals++;
    log.warn('refused a destination', { host });
    return { status: 403, text: failure.message };
  }

  async function open(endpoint: Endpoint): Promise<Socket> {
    const socket = await egress.connect(endpoint, { signal: closing.signal });
    track(socket);
    return socket;
  }

  function track(socket: Duplex): void {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Whatever breaks a tunnel also closes it, and there is nobody to answer.
    socket.on('error', () => socket.destroy());
  }

  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = egress.checkSyntax(request.url ?? '', { schemes: ['http'] });
    const upstream = await open(endpointOf(url));
    const headers = Object.entries(request.headers).filter(([name]) => !hopByHop.has(name));
    const outgoing = httpRequest({
      createConnection: () => upstream,
      method: request.method,
      path: url.pathname + url.search,
      headers: { ...Object.fromEntries(headers), host: url.host },
    });
    response.once('close', () => upstream.destroy());
    pipeline(request, outgoing, () => {});
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    const answer = Object.entries(incoming.headers).filter(([name]) => !hopByHop.has(name));
    response.writeHead(incoming.statusCode ?? 502, Object.fromEntries(answer));
    pipeline(incoming, response, () => {});
  }

  async function tunnel(request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
    try {
      const upstream = await open(parseEndpoint(request.url ?? ''));
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (head.length > 0) upstream.write(head);
      pipeline(client, upstream, client, () => {
        client.destroy();
        upstream.destroy();
      });
    } catch (error) {
      const { status, text } = refuse(error, request.url);
      client.end(`HTTP/1.1 ${status} ${text}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    }
  }

  server.on('connection', track);
  server.on('connect', (request, client, head) => void tunnel(request, client, head));
  server.on('upgrade', (_, client) => client.destroy());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get refusals() {
      return refusals;
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
