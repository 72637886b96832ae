import { randomUUID } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import type { GatewayDeps } from '../actions/deps.ts';
import { authenticate } from './authenticate.ts';
import { setCaller } from './caller.ts';
import { createErrorHandler } from './errors.ts';
import { artifactRoutes } from './routes/artifacts.ts';
import { botRoutes } from './routes/bots.ts';
import { mediaRoutes } from './routes/media.ts';
import { providerKeyRoutes } from './routes/provider-keys.ts';
import { transcriptionRoutes } from './routes/transcriptions.ts';
import { transcriptRoutes } from './routes/transcripts.ts';
import { traceRequests } from './trace.ts';
import { webhookRoutes } from './routes/webhooks.ts';

/** The public face: REST under /api/v1, downloads under /artifacts, health for whoever runs it. */
export function createHttpServer(deps: GatewayDeps): FastifyInstance {
  const server = Fastify({
    logger: false,
    bodyLimit: 1024 * 1024,
    genReqId: () => randomUUID(),
    // Artifact tokens are longer than the usual hundred characters.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
  });
  server.setErrorHandler(createErrorHandler(deps.log));
  server.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send({ message: 'There is nothing at this address.' }),
  );
  server.addHook('onSend', async (request, reply) => void reply.header('x-request-id', request.id));
  traceRequests(server);
  server.removeContentTypeParser('text/plain');

  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/readyz', async () => {
    await deps.apiKeys.find('readiness');
    // Still 200: what is set aside concerns a few bots, and every replica alike; whoever watches reads the body.
    const setAside = await deps.countSetAside();
    return setAside.facts === 0 ? { status: 'ok' } : { status: 'degraded', setAside };
  });

  void server.register(
    async (api) => {
      api.addHook('onRequest', async (request) => {
        setCaller(request, await authenticate(deps.apiKeys, request));
      });
      botRoutes(api, deps);
      mediaRoutes(api, deps);
      transcriptRoutes(api, deps);
      transcriptionRoutes(api, deps);
      webhookRoutes(api, deps);
      providerKeyRoutes(api, deps);
    },
    { prefix: '/api/v1' },
  );
  artifactRoutes(server, deps);
  return server;
}
