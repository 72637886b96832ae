import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, sep } from 'node:path';

const pagesFolder = '/usr/share/janus/demos';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.png': 'image/png',
};

/** Debian's pages of Janus as they are, on loopback; `settings.js` is theirs to be written, and names the server. */
export async function serveJanusDemos(apiPort: number): Promise<{ url: string } & AsyncDisposable> {
  const settings = [
    `var server = 'http://127.0.0.1:${apiPort}/janus';`,
    // No STUN server: all there is to find is this machine.
    'var iceServers = []; var token = ""; var apisecret = "";',
  ].join('\n');
  const read = async (path: string) => {
    if (path === '/settings.js') return settings;
    const file = normalize(join(pagesFolder, decodeURIComponent(path)));
    if (!file.startsWith(pagesFolder + sep)) throw new Error('outside the pages folder');
    return readFile(file);
  };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://demos');
    read(pathname).then(
      (body) => {
        const type = contentTypes[extname(pathname)] ?? 'application/octet-stream';
        response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
