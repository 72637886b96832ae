import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  readonly at: number;
}

/** What a receiver does with a request; 200 by default. */
export type Behaviour = (request: Received, response: ServerResponse) => void;

/** A customer's endpoint: a real server that records what it got, in order of arrival. */
export async function startReceiver(behaviour: Behaviour = (_, response) => void response.end('ok')) {
  const received: Received[] = [];
  const watchers = new Set<() => void>();
  let behave = behaviour;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const got = { path, body: Buffer.concat(chunks).toString(), headers: request.headers, at: performance.now() };
      received.push(got);
      behave(got, response);
      for (const watch of watchers) watch();
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    received,
    bodies: (path?: string) =>
      received.filter((got) => path === undefined || got.path === path).map(({ body }) => body),
    behave: (next: Behaviour) => void (behave = next),
    /** Resolves as soon as what was received satisfies `enough`. */
    until(enough: (received: readonly Received[]) => boolean): Promise<void> {
      return new Promise((resolve) => {
        const watch = () => {
          if (!enough(received)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      });
    },
    count(wanted: number): Promise<void> {
      return this.until((all) => all.length >= wanted);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
