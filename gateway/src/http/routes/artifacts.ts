import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '@earshot/kernel';
import type { GatewayDeps } from '../../actions/deps.ts';
import { contentDisposition, isFileName } from '../../contract/file-names.ts';
import type { Admission } from '../admission.ts';
import { parseRange, resolveRange } from '../byte-range.ts';

interface ArtifactPath {
  Params: { token: string; file_name?: string };
}

/**
 * Downloads by signed, expiring link: the token is the permission. One range per request, as players ask; several are
 * answered with the whole.
 */
export function artifactRoutes(
  server: FastifyInstance,
  { media, admission }: Pick<GatewayDeps, 'media'> & { admission: Pick<Admission, 'refuseGuesser' | 'noteFailure'> },
): void {
  const send = async (request: FastifyRequest<ArtifactPath>, reply: FastifyReply) => {
    await admission.refuseGuesser(request);
    const isHead = request.method === 'HEAD';
    // Nothing here has a validator, so that a range on the condition of one is not fulfilled; and a HEAD has no ranges.
    const range = isHead || request.headers['if-range'] ? undefined : parseRange(request.headers.range);
    const gone = new AbortController();
    reply.raw.on('close', () => gone.abort());
    const { offset = 0, length = 0, suffixLength = 0 } = range ?? {};
    const answers = media
      .readArtifact({ token: request.params.token, offset, length, suffixLength }, { signal: gone.signal })
      [Symbol.asyncIterator]();
    const first = await answers.next().catch(async (error: unknown) => {
      if (error instanceof AppError && error.code === 'permission-denied') await admission.noteFailure(request);
      throw error;
    });
    if (first.done) throw new AppError('not-found', 'the recording is empty');
    const { totalBytes, contentType } = first.value;
    const part = range ? resolveRange(range, totalBytes) : { start: 0, end: totalBytes - 1 };
    void reply.headers({ 'accept-ranges': 'bytes', 'cache-control': 'private, no-store' });
    if (!part || isHead) await answers.return?.();
    if (!part) {
      void reply.code(416).header('content-range', `bytes */${totalBytes}`);
      return reply.send({ message: 'The file has no such bytes.' });
    }
    if (range) void reply.code(206).header('content-range', `bytes ${part.start}-${part.end}/${totalBytes}`);
    void reply.headers({
      'content-type': contentType,
      'content-length': String(part.end - part.start + 1),
      'x-content-type-options': 'nosniff',
    });
    const { file_name: fileName } = request.params;
    if (fileName !== undefined && isFileName(fileName))
      void reply.header('content-disposition', contentDisposition(fileName));
    const content = isHead ? [] : chunks(first.value.chunk, answers);
    return reply.send(Readable.from(content, { objectMode: false }));
  };
  server.get<ArtifactPath>('/artifacts/:token', send);
  // The name is for whoever keeps the file; the token alone says which it is.
  server.get<ArtifactPath>('/artifacts/:token/:file_name', send);
}

async function* chunks(first: Uint8Array, rest: AsyncIterator<{ chunk: Uint8Array }>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value.chunk;
}
