import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { testServers } from './fixture.ts';

/**
 * A way to the database that a test can cut: connections die and new ones are refused until it is mended. Or hold: nothing
 * passes, and nobody is told.
 */
export async function startDatabaseProxy() {
  const { databaseUrl } = testServers();
  const pairs = new Set<readonly [Socket, Socket]>();
  let isHeld = false;
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname);
    for (const pair of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      const [socket, other] = pair;
      sockets.add(socket);
      pairs.add(pair);
      if (!isHeld) socket.pipe(other);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        pairs.delete(pair);
        other.destroy();
      });
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const url = new URL(databaseUrl);
  url.port = String(port);
  const cut = async () => {
    const closed = server.listening ? once(server, 'close') : undefined;
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    url: url.href,
    cut,
    /** As a server that is stopped, or a network that loses all. */
    hold() {
      isHeld = true;
      for (const [socket, other] of pairs) socket.unpipe(other);
    },
    release() {
      isHeld = false;
      for (const [socket, other] of pairs) socket.pipe(other);
    },
    restore: () => once(server.listen(port, '127.0.0.1'), 'listening'),
    [Symbol.asyncDispose]: cut,
  };
}
