import type { IncomingMessage } from 'node:http';
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';

/** Takes a body that is not JSON, once: `done` gets what it is, or why it is not taken. */
export type TakeBody = (
  request: FastifyRequest,
  payload: IncomingMessage,
  done: (error: Error | null, body?: unknown) => void,
) => void;

/**
 * Takes JSON, and nothing, unless `other` takes more: an empty body is none, whatever its type. Clients name a type for each request they make
 * (`Content-Type: application/json` with a DELETE), and forms are what `curl -X POST -d ''` sends.
 */
export function takeBodies(server: FastifyInstance, other: TakeBody = takeNothing): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parseJson(request, body.toString(), done);
  });
  server.addContentTypeParser('*', other);
}

/** Takes an empty body, of whatever type. */
export const takeNothing: TakeBody = (_request, payload, done) => {
  // Once: its handler is called with whatever is sent after a refusal.
  let isSettled = false;
  const settle = (error: Error | null) => {
    if (isSettled) return;
    isSettled = true;
    done(error, undefined);
  };
  // One byte decides; what would follow is not waited for.
  payload.once('data', () => settle(new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE()));
  payload.once('error', settle);
  payload.once('end', () => settle(null));
};
