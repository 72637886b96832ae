import { once } from 'node:events';
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** What is still on its way is waited for this long, in milliseconds: a connection that is reset loses its answer. */
const LINGER_MS = 250;
/** Every error body of ours has it. */
const TYPE = 'application/json; charset=utf-8';

/** Codes of Node's parser and server that are about more than form: https://nodejs.org/api/http.html#event-clienterror */
const known: Readonly<Record<string, readonly [status: number, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: [431, 'The headers are too large.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'The body is too large.'],
};
const broken = [400, 'The request is not HTTP as it should be.'] as const;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What has been asked over each connection and is not answered yet. */
const open = new WeakMap<Socket, Set<Exchange>>();

/** Connections on which nothing more is read: whatever comes over them is no request either. */
const refused = new WeakSet<Socket>();

/** Answers what is no request in the shape of the API's errors, and hangs up: for Fastify as its `clientErrorHandler`. */
export async function answerMalformed(error: Error & { readonly code?: string }, socket: Socket): Promise<void> {
  if (error.code === 'ECONNRESET') return void socket.destroy();
  if (refused.has(socket)) return;
  refused.add(socket);
  const exchanges = [...(open.get(socket) ?? [])];
  // What came whole before it is answered before it.
  await Promise.all(
    exchanges.filter(({ request }) => request.complete).map(({ response }) => once(response, 'close').catch(() => {})),
  );
  const isAnswered = exchanges.some(({ request, response }) => !request.complete && response.headersSent);
  if (isAnswered || !socket.writable) return void socket.destroy();
  const [status, message] = known[error.code ?? ''] ?? broken;
  const body = JSON.stringify({ message });
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, `Content-Type: ${TYPE}`, 'Connection: close'];
  socket.end([...head, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n'));
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}

/** Sees to what Node would answer by itself, without a body, and to the order of answers. */
export function watchExchanges(server: Server): void {
  server.prependListener('request', (request, response) => {
    const { socket } = request;
    const exchanges = open.get(socket) ?? new Set();
    const exchange = { request, response };
    open.set(socket, exchanges.add(exchange));
    response.once('close', () => exchanges.delete(exchange));
  });
  // Nobody is connected to anybody: without this Node hangs up without a word.
  server.on('connect', (_request, socket) => void answerMalformed(new Error('CONNECT'), socket.resume() as Socket));
  server.on('checkExpectation', (_request, response) => {
    const body = JSON.stringify({ message: 'The Expect header asks for what this server has not.' });
    response.writeHead(417, { 'Content-Type': TYPE, 'Content-Length': Buffer.byteLength(body) }).end(body);
  });
}
