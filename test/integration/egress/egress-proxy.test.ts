import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { createEgress, createEgressProxy, type EgressOptions } from '@earshot/egress';
import { silentLog } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import { certificateFor, serveHttp, serveHttps, serveTcp } from './local-servers.ts';

function egressWith(options: Partial<EgressOptions> = {}): ReturnType<typeof createEgress> {
  return createEgress({ log: silentLog, ...options });
}

/** Asks the proxy for a tunnel. */
async function dial(port: number, authority: string): Promise<{ status: number; socket: Socket }> {
  const request = httpRequest({ host: '127.0.0.1', port, method: 'CONNECT', path: authority, agent: false });
  request.end();
  const [response, socket] = (await once(request, 'connect')) as [IncomingMessage, Socket];
  return { status: response.statusCode ?? 0, socket };
}

/** Asks the proxy for a page, as a browser does for plain http. */
async function fetchThrough(port: number, url: string, body?: string): Promise<{ status: number; body: string }> {
  const request = httpRequest({ host: '127.0.0.1', port, path: url, method: body ? 'POST' : 'GET', agent: false });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: await text(response) };
}

describe('createEgressProxy', () => {
  it('tunnels to an overridden endpoint, TLS untouched', async () => {
    const pem = certificateFor('meet.example.com');
    await using site = await serveHttps(pem, (request, response) => response.end(`hello ${request.headers.host}`));
    await using egress = egressWith({ hosts: { 'meet.example.com:443': `127.0.0.1:${site.port}` } });
    await using proxy = await createEgressProxy(egress);
    const { status, socket } = await dial(proxy.port, 'meet.example.com:443');
    expect(status).toBe(200);
    const secure = connectTls({ socket, servername: 'meet.example.com', ca: pem.cert });
    secure.write('GET / HTTP/1.1\r\nhost: meet.example.com\r\nconnection: close\r\n\r\n');
    expect(await text(secure)).toContain('hello meet.example.com');
    expect(proxy.refusals).toBe(0);
  });

  it('refuses private destinations with 403 and counts them', async () => {
    await using secret = await serveHttp((_, response) => response.end('secret'));
    await using egress = egressWith({ resolve: () => Promise.resolve(['127.0.0.1']) });
    await using proxy = await createEgressProxy(egress);
    const { port } = secret;
    const hosts = [
      '127.0.0.1',
      'localhost',
      '[::ffff:127.0.0.1]',
      '2130706433',
      '0x7f.1',
      'rebind.example.com',
      '169.254.169.254',
    ];
    for (const host of hosts) {
      const { status, socket } = await dial(proxy.port, `${host}:${port}`);
      expect(status, host).toBe(403);
      socket.destroy();
      expect((await fetchThrough(proxy.port, `http://${host}:${port}/`)).status, host).toBe(403);
    }
    for (const path of ['/', 'ftp://example.com/', 'http://u:p@example.com/']) {
      expect((await fetchThrough(proxy.port, path)).status, path).toBe(403);
    }
    expect((await dial(proxy.port, 'example.com')).status).toBe(403);
    expect([proxy.refusals, secret.connections]).toEqual([hosts.length * 2 + 4, 0]);
  });

  it('forwards plain requests, without what concerns the proxy only', async () => {
    await using site = await serveHttp(async (request, response) => {
      response.writeHead(201, { connection: 'close', 'x-a': 'b' });
      response.end(`${request.method} ${request.url} ${request.headers.host} ${(await request.toArray()).join('')}`);
    });
    await using egress = egressWith({ allow: [`127.0.0.1:${site.port}`] });
    await using proxy = await createEgressProxy(egress);
    const authority = `127.0.0.1:${site.port}`;
    const got = await fetchThrough(proxy.port, `http://${authority}/a?b=c`);
    expect(got).toEqual({ status: 201, body: `GET /a?b=c ${authority} ` });
    expect((await fetchThrough(proxy.port, `http://${authority}/`, 'hi')).body).toBe(`POST / ${authority} hi`);
  });

  it('answers 502 when the destination does not', async () => {
    const closed = await serveTcp(() => {});
    await closed[Symbol.asyncDispose]();
    await using breaking = await serveTcp((socket) => socket.once('data', () => socket.resetAndDestroy()));
    await using egress = egressWith({ allow: ['127.0.0.1'] });
    await using proxy = await createEgressProxy(egress);
    expect((await dial(proxy.port, `127.0.0.1:${closed.port}`)).status).toBe(502);
    expect((await fetchThrough(proxy.port, `http://127.0.0.1:${breaking.port}/`)).status).toBe(502);
    expect(proxy.refusals).toBe(0);
  });

  it('ends its tunnels, either side first, and all when disposed', async () => {
    const peers: Socket[] = [];
    await using site = await serveTcp((socket) => peers.push(socket.resume()));
    await using egress = egressWith({ allow: ['127.0.0.1'] });
    const proxy = await createEgressProxy(egress);
    const authority = `127.0.0.1:${site.port}`;
    const [first, second, third] = [
      await dial(proxy.port, authority),
      await dial(proxy.port, authority),
      await dial(proxy.port, authority),
    ];
    const firstClosed = once(first.socket.resume(), 'close');
    peers[0]?.destroy();
    await firstClosed;
    const peerClosed = once(peers[1] ?? first.socket, 'close');
    second.socket.destroy();
    await peerClosed;
    const thirdClosed = once(third.socket.resume(), 'close');
    await Promise.all([proxy[Symbol.asyncDispose](), thirdClosed]);
  });
});
