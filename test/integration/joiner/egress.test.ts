import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openFixture } from './fixture.ts';

/** A page that tries to reach what its visitors can reach, and says when it has tried everything. */
const hostilePage = (port: number) => `<!doctype html><title>come in</title><script type="module">
  const tries = ['http://127.0.0.1:${port}/', 'http://localhost:${port}/', 'http://[::1]:${port}/', 'http://169.254.169.254/'];
  await Promise.allSettled(tries.map((url) => fetch(url, { mode: 'no-cors', signal: AbortSignal.timeout(3000) })));
  await new Promise((resolve) => {
    const socket = new WebSocket('ws://127.0.0.1:${port}/');
    socket.onopen = socket.onerror = resolve;
  });
  await fetch('/tried');
</script>`;

describe("a joiner's browsers", { timeout: 60_000 }, () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  /** How often the private server was asked by a page on a server of its own. */
  async function askedBy(allowOf: (ports: { page: number; secret: number }) => string): Promise<number> {
    let asked = 0;
    const secret = await listen(() => {
      asked += 1;
      return undefined;
    }, servers);
    const tried = Promise.withResolvers<void>();
    const page = await listen((path) => {
      if (path === '/tried') tried.resolve();
      return path === '/' ? hostilePage(secret) : undefined;
    }, servers);
    await using fixture = await openFixture({ EGRESS_ALLOW: allowOf({ page, secret }) });
    fixture.scheduler.order({ meetingUrl: `http://127.0.0.1:${page}/` });
    await tried.promise;
    return asked;
  }

  it('keep pages from private addresses that the operator did not list', async () => {
    expect(await askedBy(({ page }) => `127.0.0.1:${page}`)).toBe(0);
  });

  it('reach what the operator listed', async () => {
    expect(await askedBy(() => '127.0.0.1')).toBeGreaterThan(0);
  });
});

/** Serves what `answer` gives for a path, an empty page for nothing; resolves with the port. */
async function listen(answer: (path: string) => string | undefined, servers: Server[]): Promise<number> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(answer(request.url ?? '') ?? '');
  });
  servers.push(server);
  server.on('upgrade', (request, socket) => {
    answer(request.url ?? '');
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
