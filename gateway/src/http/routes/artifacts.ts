import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { AppError } from '@earshot/kernel';
import type { GatewayDeps } from '../../actions/deps.ts';

/** Downloads by signed, expiring link: the token is the permission. One range per request, as players ask. */
export function artifactRoutes(server: FastifyInstance, { media }: Pick<GatewayDeps, 'media'>): void {
  server.get<{ Params: { token: string } }>('/artifacts/:token', async (request, reply) => {
    const range = parseRange(request.headers.range);
    const gone = new AbortController();
    request.raw.on('close', () => gone.abort());
    const answers = media
      .readArtifact(
        {
          token: request.params.token,
          offset: range?.start ?? 0,
          length: range?.end === undefined ? 0 : range.end - range.start + 1,
        },
        { signal: gone.signal },
      )
      [Symbol.asyncIterator]();
    const first = await answers.next();
    if (first.done) throw new AppError('not-found', 'the recording is empty');
    const { totalBytes, contentType } = first.value;
    const start = range?.start ?? 0;
    const end = Math.min(range?.end ?? totalBytes - 1, totalBytes - 1);
    if (range) void reply.code(206).header('content-range', `bytes ${start}-${end}/${totalBytes}`);
    void reply.headers({
      'content-type': contentType,
      'content-length': String(end - start + 1),
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    });
    return reply.send(Readable.from(chunks(first.value.chunk, answers), { objectMode: false }));
  });
}

async function* chunks(first: Uint8Array, rest: AsyncIterator<{ chunk: Uint8Array }>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value.chunk;
}

/** A single `bytes=a-b` or `bytes=a-`; anything else is answered whole (RFC 9110 §14.2 allows that). */
function parseRange(header: string | undefined): { start: number; end: number | undefined } | undefined {
  const match = /^bytes=(\d+)-(\d*)$/.exec(header ?? '');
  if (!match) return undefined;
  return { start: Number(match[1]), end: match[2] ? Number(match[2]) : undefined };
}
