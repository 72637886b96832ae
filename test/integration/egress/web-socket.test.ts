import { once } from 'node:events';
import { createEgress, toEgressFailure, type EgressOptions } from '@earshot/egress';
import { silentLog } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { certificateFor, serveHttp, serveHttps, serveTcp } from './local-servers.ts';

function egressTo(port: number, options: Partial<EgressOptions> = {}): ReturnType<typeof createEgress> {
  return createEgress({ log: silentLog, allow: [`127.0.0.1:${port}`], ...options });
}

async function failureOf(socket: WebSocket): Promise<string> {
  const closed = once(socket, 'close').catch(() => {});
  const [error] = (await once(socket, 'error')) as [unknown];
  await closed;
  const { reason, message } = toEgressFailure(error);
  return `${reason}: ${message}`;
}

describe('webSocket', () => {
  it('opens where it may, with the headers, and misses no early message', async () => {
    await using http = await serveHttp(() => {});
    const sockets = new WebSocketServer({ server: http.server });
    sockets.on('connection', (peer, request) => {
      peer.send(
        `${request.headers.authorization} ${request.headers.host} ${request.headers['sec-websocket-extensions']}`,
      );
    });
    await using egress = egressTo(http.port);
    const headers = { authorization: 'Bearer t' };
    const socket = egress.webSocket(`ws://127.0.0.1:${http.port}/audio`, { headers });
    const [message] = (await once(socket, 'message')) as [Buffer];
    expect(message.toString()).toBe(`Bearer t 127.0.0.1:${http.port} undefined`);
    socket.close();
    await once(socket, 'close');
  });

  it('opens over TLS under the name it was asked for', async () => {
    const pem = certificateFor('audio.example.com');
    await using https = await serveHttps(pem, () => {});
    new WebSocketServer({ server: https.server }).on('connection', (peer) => peer.close(1000, 'seen'));
    const hosts = { 'audio.example.com:443': `127.0.0.1:${https.port}` };
    await using egress = egressTo(1, { hosts, ca: [pem.cert] });
    const [code] = (await once(egress.webSocket('wss://audio.example.com/'), 'close')) as [number];
    expect(code).toBe(1000);
    await using strict = egressTo(1, { hosts });
    expect(await failureOf(strict.webSocket('wss://audio.example.com/'))).toMatch(/^tls: /);
  });

  it('refuses private addresses, at once or after the lookup', async () => {
    await using server = await serveHttp(() => {});
    await using egress = egressTo(1, { resolve: () => Promise.resolve(['127.0.0.1']) });
    const refused = expect.objectContaining({ code: 'invalid-argument' });
    expect(() => egress.webSocket(`ws://127.0.0.1:${server.port}/`)).toThrow(refused);
    expect(() => egress.webSocket('http://example.com/')).toThrow('scheme not allowed');
    const rebound = egress.webSocket(`ws://audio.example.com:${server.port}/`);
    expect(await failureOf(rebound)).toBe('blocked: host is not a public address');
    expect(server.connections).toBe(0);
  });

  it('does not follow a redirect', async () => {
    await using secret = await serveHttp(() => {});
    const location = `http://127.0.0.1:${secret.port}/`;
    await using server = await serveHttp(() => {});
    server.server.on('upgrade', (_, socket) => socket.end(`HTTP/1.1 302 Found\r\nlocation: ${location}\r\n\r\n`));
    await using egress = egressTo(server.port);
    const failure = await failureOf(egress.webSocket(`ws://127.0.0.1:${server.port}/`));
    expect(failure).toBe('connect: answered 302 instead of upgrading');
    expect(secret.connections).toBe(0);
  });

  it('gives up on a handshake that dribbles, and on a lookup that hangs', async () => {
    await using server = await serveTcp((socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nx: ');
      const timer = setInterval(() => socket.write('a'), 5);
      socket.once('close', () => clearInterval(timer)).resume();
    });
    await using egress = egressTo(server.port, { resolve: () => new Promise(() => {}) });
    const slow = egress.webSocket(`ws://127.0.0.1:${server.port}/`, { handshakeTimeoutMs: 200 });
    expect(await failureOf(slow)).toBe('timeout: timed out');
    const lost = egress.webSocket('ws://lost.example.com/', { handshakeTimeoutMs: 50 });
    expect(await failureOf(lost)).toMatch(/timed out/);
  });

  it('ends with its signal, before opening and after', async () => {
    await using http = await serveHttp(() => {});
    new WebSocketServer({ server: http.server });
    await using egress = egressTo(http.port);
    const url = `ws://127.0.0.1:${http.port}/`;
    const never = egress.webSocket(url, { signal: AbortSignal.abort() });
    expect(((await once(never, 'error')) as [{ code: string }])[0].code).toBe('cancelled');
    const controller = new AbortController();
    const socket = egress.webSocket(url, { signal: controller.signal });
    await once(socket, 'open');
    const closed = once(socket, 'close');
    controller.abort();
    expect((await closed)[0]).toBe(1006);
  });

  it('closes on a message longer than it takes', async () => {
    await using http = await serveHttp(() => {});
    new WebSocketServer({ server: http.server }).on('connection', (peer) => peer.send(Buffer.alloc(2000)));
    await using egress = egressTo(http.port);
    const socket = egress.webSocket(`ws://127.0.0.1:${http.port}/`, { maxPayloadBytes: 1000 });
    expect(((await once(socket, 'error')) as [{ code: string }])[0].code).toBe('WS_ERR_UNSUPPORTED_MESSAGE_LENGTH');
  });
});
