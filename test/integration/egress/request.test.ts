import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { createEgress, type EgressOptions, type EgressResult } from '@earshot/egress';
import { silentLog, type Log } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import { certificateFor, serveHttp, serveHttps, serveTcp } from './local-servers.ts';

const timeoutMs = 5000;

function egressWith(options: Partial<EgressOptions> = {}): ReturnType<typeof createEgress> {
  return createEgress({ log: silentLog, ...options });
}

/** An egress that may reach one port of this machine. */
function egressTo(port: number, options: Partial<EgressOptions> = {}): ReturnType<typeof createEgress> {
  return egressWith({ allow: [`127.0.0.1:${port}`], ...options });
}

function bodyOf(result: EgressResult): string {
  return result.kind === 'response' ? result.bodyExcerpt : `${result.reason}: ${result.message}`;
}

describe('request', () => {
  it('sends method, headers and body, and gives any status as a result', async () => {
    await using server = await serveHttp(async (request, response) => {
      const body = (await request.toArray()).join('');
      response.writeHead(500, { 'x-a': ['1', '2'] });
      response.end(`${request.method} ${request.url} ${request.headers['webhook-id']} ${body}`);
    });
    await using egress = egressTo(server.port);
    const url = `http://127.0.0.1:${server.port}/hook?a=b`;
    const result = await egress.request({ url, body: 'hello', headers: { 'webhook-id': 'm1' }, timeoutMs });
    expect(result).toMatchObject({ kind: 'response', status: 500, isTruncated: false, headers: { 'x-a': '1, 2' } });
    expect(bodyOf(result)).toBe('POST /hook?a=b m1 hello');
  });

  it('refuses what is not listed, without opening a connection', async () => {
    await using server = await serveHttp((_, response) => response.end());
    await using egress = egressWith({ resolve: () => Promise.resolve(['127.0.0.1']) });
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433', 'hook.example.com']) {
      const result = await egress.request({ url: `http://${host}:${server.port}/`, timeoutMs });
      expect(result, host).toMatchObject({ kind: 'failed', reason: 'blocked' });
    }
    expect(server.connections).toBe(0);
  });

  it('gives a redirect to a private address back and does not follow it', async () => {
    await using secret = await serveHttp((_, response) => response.end('secret'));
    const location = `http://127.0.0.1:${secret.port}/`;
    await using server = await serveHttp((_, response) => response.writeHead(307, { location }).end());
    await using egress = egressTo(server.port);
    const result = await egress.request({ url: `http://127.0.0.1:${server.port}/`, timeoutMs });
    expect(result).toMatchObject({ kind: 'response', status: 307, headers: { location } });
    expect(secret.connections).toBe(0);
  });

  it('does not let a name through that turns private between check and request', async () => {
    await using server = await serveHttp((_, response) => response.end('secret'));
    const answers = [['93.184.215.14'], ['127.0.0.1'], ['93.184.215.14', '127.0.0.1']];
    await using egress = egressWith({ resolve: () => Promise.resolve(answers.shift() ?? []) });
    const url = `http://rebind.example.com:${server.port}/`;
    expect((await egress.check(url)).addresses).toEqual(['93.184.215.14']);
    expect(await egress.request({ url, timeoutMs })).toMatchObject({ reason: 'blocked' });
    expect(await egress.request({ url, timeoutMs })).toMatchObject({ reason: 'blocked' });
    expect(server.connections).toBe(0);
  });

  it('goes to the address that was checked, without a second lookup', async () => {
    await using server = await serveHttp((request, response) => response.end(request.headers.host));
    let lookups = 0;
    // The name exists nowhere but here: were it looked up again on connecting, there would be no connection.
    const resolve = (): Promise<string[]> => Promise.resolve(++lookups === 1 ? ['127.0.0.1'] : ['203.0.113.1']);
    await using egress = egressTo(server.port, { resolve });
    const url = `http://pinned.example.com:${server.port}/`;
    expect(bodyOf(await egress.request({ url, timeoutMs }))).toBe(`pinned.example.com:${server.port}`);
    // The pool takes a connection back a turn after its response.
    await new Promise(setImmediate);
    expect(bodyOf(await egress.request({ url, timeoutMs }))).toBe(`pinned.example.com:${server.port}`);
    expect([lookups, server.connections]).toEqual([1, 1]);
  });

  it('tries the next checked address when one does not answer', async () => {
    await using server = await serveHttp((_, response) => response.end('here'));
    const resolve = (): Promise<string[]> => Promise.resolve(['127.0.0.2', '::1', '127.0.0.1']);
    await using egress = egressTo(server.port, { allow: ['127.0.0.0/8', '::1'], resolve });
    expect(bodyOf(await egress.request({ url: `http://many.example.com:${server.port}/`, timeoutMs }))).toBe('here');
  });

  it('keeps SNI, Host and the certificate check on an overridden endpoint', async () => {
    const pem = certificateFor('hook.example.com');
    await using server = await serveHttps(pem, (request, response) =>
      response.end(`${(request.socket as TLSSocket).servername} ${request.headers.host}`),
    );
    const to = `127.0.0.1:${server.port}`;
    const hosts = { 'hook.example.com:443': to, 'other.example.com:443': to };
    await using trusting = egressWith({ hosts, ca: [pem.cert] });
    const result = await trusting.request({ url: 'https://hook.example.com/', timeoutMs });
    expect(bodyOf(result)).toBe('hook.example.com hook.example.com');
    const other = await trusting.request({ url: 'https://other.example.com/', timeoutMs });
    expect(bodyOf(other)).toMatch(/^tls: .*ERR_TLS_CERT_ALTNAME_INVALID/);
    await using strict = egressWith({ hosts });
    expect(bodyOf(await strict.request({ url: 'https://hook.example.com/', timeoutMs }))).toMatch(
      /^tls: .*SELF_SIGNED/,
    );
  });

  it('reads no more of a huge body than asked, and hangs up', async () => {
    let hungUp: Promise<unknown> = Promise.resolve();
    await using server = await serveHttp((request, response) => {
      hungUp = new Promise((resolve) => request.socket.once('close', resolve));
      const fill = (): void => {
        while (!response.destroyed && response.write('€'.repeat(20_000)));
      };
      response.on('drain', fill);
      fill();
    });
    await using egress = egressTo(server.port);
    const url = `http://127.0.0.1:${server.port}/`;
    const result = await egress.request({ url, timeoutMs, maxResponseBytes: 1000 });
    expect(result).toMatchObject({ kind: 'response', status: 200, isTruncated: true, bodyExcerpt: '€'.repeat(333) });
    expect(result.kind === 'response' && result.body.byteLength).toBe(1000);
    await hungUp;
  });

  it('caps response headers', async () => {
    await using server = await serveTcp((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`),
    );
    await using egress = egressTo(server.port);
    const result = await egress.request({ url: `http://127.0.0.1:${server.port}/`, timeoutMs });
    expect(result).toMatchObject({ kind: 'failed', reason: 'too-large' });
  });

  it.each([
    ['says nothing', []],
    ['sends headers a byte at a time', [...'HTTP/1.1 200 OK\r\nx-a: '.split(''), ...'a'.repeat(1000).split('')]],
    ['sends its body a byte at a time', ['HTTP/1.1 200 OK\r\n\r\n', ...'a'.repeat(1000).split('')]],
  ])('gives up on a server that %s', async (_, parts) => {
    await using server = await serveTcp((socket) => {
      const rest = [...parts];
      const timer = setInterval(() => rest.length > 0 && socket.write(rest.shift() ?? ''), 5);
      socket.once('close', () => clearInterval(timer));
      socket.resume();
    });
    await using egress = egressTo(server.port);
    const result = await egress.request({ url: `http://127.0.0.1:${server.port}/`, timeoutMs: 300 });
    expect(result).toMatchObject({ kind: 'failed', reason: 'timeout' });
    expect(result.latencyMs).toBeGreaterThanOrEqual(299);
    expect(result.latencyMs).toBeLessThan(1500);
  });

  it.each([
    ['an unasked 100 before it', ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok']],
    [
      'an unasked 100 in pieces',
      [...'HTTP/1.1 100 Continue\r\nx: y\r\n\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'],
    ],
    ['two of them', ['HTTP/1.1 100 Continue\r\n\r\n'.repeat(2), 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok']],
    [
      'an announcement before it',
      ['HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'],
    ],
    ['a length and no body', ['HTTP/1.1 204 No Content\r\ncontent-length: 10\r\n\r\n']],
    ['a body that breaks off', ['HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nok', '']],
    ['a body that never ends', ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n']],
    ['a body that never begins', ['HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n']],
    ['broken chunks', ['HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nok']],
  ])('takes a 2xx with %s for what it is, where the head counts', async (_, parts) => {
    await using server = await serveTcp((socket) => {
      socket.once('data', () => {
        for (const part of parts) setImmediate(() => (part === '' ? socket.destroy() : socket.write(part)));
      });
    });
    await using egress = egressTo(server.port);
    const url = `http://127.0.0.1:${server.port}/`;
    const result = await egress.request({ url, body: 'hello', timeoutMs, bodyTimeoutMs: 200 });
    expect(result).toMatchObject({ kind: 'response', status: parts[0]?.includes('204') ? 204 : 200 });
    expect(result.latencyMs).toBeLessThan(timeoutMs / 2);
  });

  it('gives up on a resolver and on a handshake that do not end', async () => {
    await using silent = await serveTcp((socket) => socket.resume());
    await using egress = egressTo(silent.port, { resolve: () => new Promise(() => {}), connectTimeoutMs: 50 });
    const unresolved = await egress.request({ url: 'https://slow.example.com/', timeoutMs });
    expect(bodyOf(unresolved)).toBe('dns: host name lookup timed out');
    const unsecured = await egress.request({ url: `https://127.0.0.1:${silent.port}/`, timeoutMs });
    expect(bodyOf(unsecured)).toBe('timeout: timed out connecting');
  });

  it('tells a closed port from a connection that breaks', async () => {
    await using breaking = await serveTcp((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const closed = await serveTcp(() => {});
    await closed[Symbol.asyncDispose]();
    await using egress = egressWith({ allow: ['127.0.0.1'] });
    const broken = await egress.request({ url: `http://127.0.0.1:${breaking.port}/`, timeoutMs });
    expect(broken).toMatchObject({ kind: 'failed', reason: 'reset' });
    const refused = await egress.request({ url: `http://127.0.0.1:${closed.port}/`, timeoutMs });
    expect(bodyOf(refused)).toBe('connect: cannot connect (ECONNREFUSED)');
  });

  it('throws cancelled when the caller gives up, and when the egress is closed', async () => {
    await using server = await serveHttp(() => {});
    const egress = egressTo(server.port);
    const url = `http://127.0.0.1:${server.port}/`;
    const controller = new AbortController();
    const arrived = once(server.server, 'request');
    const pending = egress.request({ url, timeoutMs, signal: controller.signal });
    await arrived;
    controller.abort();
    await expect(pending).rejects.toMatchObject({ code: 'cancelled' });
    const again = once(server.server, 'request');
    const left = egress.request({ url, timeoutMs });
    await again;
    await Promise.all([expect(left).rejects.toMatchObject({ code: 'cancelled' }), egress[Symbol.asyncDispose]()]);
    await expect(egress.request({ url, timeoutMs })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('refuses headers that cannot be sent', async () => {
    await using egress = egressWith();
    const headers = { 'x-a': 'a\r\nx-b: c' };
    const sent = egress.request({ url: 'http://1.1.1.1/', headers, timeoutMs });
    await expect(sent).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('opens no more connections to one origin than it may, and reuses them', async () => {
    await using server = await serveHttp((_, response) => response.end('ok'));
    await using egress = egressTo(server.port, { connectionsPerOrigin: 4 });
    const url = `http://127.0.0.1:${server.port}/`;
    const results = await Promise.all(Array.from({ length: 200 }, () => egress.request({ url, timeoutMs })));
    expect(new Set(results.map(bodyOf))).toEqual(new Set(['ok']));
    expect(server.connections).toBe(4);
  });
});

it('warns once, naming what is listed', async () => {
  const warnings: unknown[] = [];
  const log: Log = { ...silentLog, warn: (_, fields) => warnings.push(fields) };
  await using listing = egressWith({ log, allow: ['10.0.0.0/8', 'hook.test:80'] });
  await using empty = egressWith({ log });
  expect(warnings).toEqual([{ allow: ['10.0.0.0/8', 'hook.test:80'] }]);
  await expect(empty.check('http://10.0.0.1/')).rejects.toMatchObject({ code: 'invalid-argument' });
  expect((await listing.check('http://10.0.0.1/')).addresses).toEqual(['10.0.0.1']);
});
