import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Watched } from '@earshot/harness';

export interface ReceivedCallback {
  /** `webhook-id`: the receiver's key against repetition. */
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A customer's server that can be down, and remembers what it took, by path. */
export interface OutageReceiver extends AsyncDisposable {
  readonly url: string;
  readonly arrivals: ReadonlyMap<string, readonly ReceivedCallback[]>;
  readonly watched: Watched;
  /** How many requests came while it was down. */
  readonly refused: number;
  up(): void;
}

/** Down at first: every other request is answered 503, the others lose their connection. */
export async function startOutageReceiver(): Promise<OutageReceiver> {
  const arrivals = new Map<string, ReceivedCallback[]>();
  const watched = new Watched();
  let isUp = false;
  let refused = 0;
  const server = createServer((request, response) => {
    if (!isUp) {
      refused += 1;
      watched.changed();
      if (refused % 2 === 0) request.socket.destroy();
      else response.writeHead(503).end();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const headers = request.headers as Record<string, string>;
      const arrival = { id: headers['webhook-id'] ?? '', headers, body: Buffer.concat(chunks).toString('utf8') };
      arrivals.set(path, [...(arrivals.get(path) ?? []), arrival]);
      response.end();
      watched.changed();
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrivals,
    watched,
    get refused() {
      return refused;
    },
    up() {
      isUp = true;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
