import { errorCodes, type FastifyInstance } from 'fastify';

/**
 * Takes JSON, and nothing: an empty body is none, whatever its type. Clients name a type for each request they make
 * (`Content-Type: application/json` with a DELETE), and forms are what `curl -X POST -d ''` sends.
 */
export function takeBodies(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parseJson(request, body.toString(), done);
  });
  server.addContentTypeParser('*', (_request, payload, done) => {
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
  });
}
