import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance } from 'fastify';
import { AppError, SECOND } from '@earshot/kernel';
import type { GatewayDeps } from '../actions/deps.ts';
import { checkBounds } from '../contract/json-bounds.ts';
import { BadRequest } from '../contract/problems.ts';
import { createAdmission } from './admission.ts';
import { takeBodies } from './bodies.ts';
import { setCaller } from './caller.ts';
import { limitConcurrency } from './concurrency.ts';
import { limitConnections } from './connections.ts';
import { createErrorHandler } from './errors.ts';
import { defaultLimits, type HttpLimits } from './limits.ts';
import { answerMalformed, watchExchanges } from './malformed.ts';
import { artifactRoutes } from './routes/artifacts.ts';
import { botRoutes } from './routes/bots.ts';
import { fileRoutes } from './routes/files.ts';
import { inMeetingRoutes } from './routes/in-meeting.ts';
import { mediaRoutes } from './routes/media.ts';
import { providerKeyRoutes } from './routes/provider-keys.ts';
import { speakRoutes } from './routes/speak.ts';
import { transcriptionRoutes } from './routes/transcriptions.ts';
import { transcriptRoutes } from './routes/transcripts.ts';
import { traceRequests } from './trace.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { createTrustedProxies } from './trusted-proxies.ts';

/** Longer than the minute after which load balancers close a connection themselves. */
const KEEP_ALIVE_MS = 65 * SECOND;
/** A body in several packets has come to its end by then. */
const GRACE_MS = 250;

/** The public face: REST under /api/v1, downloads under /artifacts, health for whoever runs it. */
export function createHttpServer(deps: GatewayDeps, limits: HttpLimits = defaultLimits): FastifyInstance {
  const isTrustedProxy = createTrustedProxies(limits.trustedProxies);
  const answerError = createErrorHandler(deps.log);
  const server = Fastify({
    logger: false,
    clientErrorHandler: (error, socket) => void answerMalformed(error, socket),
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
    // A request is kept with its bot: 16 kB of attributes, ten hooks, a hundred names, and what is only stored.
    bodyLimit: 256 * 1024,
    genReqId: () => randomUUID(),
    trustProxy: isTrustedProxy,
    requestTimeout: limits.requestTimeoutMs,
    connectionTimeout: limits.idleTimeoutMs,
    keepAliveTimeout: Math.min(KEEP_ALIVE_MS, limits.idleTimeoutMs),
    http: {
      // It is asked for in a hook, which has words for it.
      requireHostHeader: false,
      headersTimeout: Math.min(limits.requestTimeoutMs, 10 * SECOND),
      connectionsCheckingInterval: Math.min(limits.requestTimeoutMs, SECOND),
    },
    // Artifact tokens are longer than the usual hundred characters.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 250 },
  });
  limitConnections(server.server, limits, isTrustedProxy);
  watchExchanges(server.server);
  server.setErrorHandler(answerError);
  server.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send({ message: 'There is nothing at this address.' }),
  );
  // https://www.rfc-editor.org/rfc/rfc9112#section-3.2
  server.addHook('onRequest', async ({ raw }) => {
    if (raw.headers.host === undefined && raw.httpVersion === '1.1')
      throw new AppError('invalid-argument', 'the Host header is missing');
  });
  server.addHook('onSend', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    if (!(await isWhole(request.raw))) void reply.header('connection', 'close');
  });
  traceRequests(server);
  takeBodies(server);

  server.get('/healthz', async () => ({ status: 'ok' }));
  server.get('/readyz', async () => {
    await deps.apiKeys.find('readiness');
    // Still 200: what is set aside concerns a few bots, and every replica alike; whoever watches reads the body.
    const setAside = await deps.countSetAside();
    return setAside.facts === 0 ? { status: 'ok' } : { status: 'degraded', setAside };
  });

  void server.register(rateLimit, { global: false });
  void server.register(async (open) => {
    const admission = createAdmission(open, { apiKeys: deps.apiKeys, limits });
    artifactRoutes(open, { media: deps.media, admission });
    await open.register(
      async (api) => {
        limitConcurrency(api, limits.concurrentRequests);
        api.addHook('onRequest', async (request, reply) => setCaller(request, await admission.admit(request, reply)));
        api.addHook('preValidation', async ({ body, query }) => {
          const problems = [...checkBounds(body), ...checkBounds(query)];
          if (problems.length > 0) throw new BadRequest(problems);
        });
        botRoutes(api, deps);
        inMeetingRoutes(api, deps);
        speakRoutes(api, deps);
        mediaRoutes(api, deps);
        fileRoutes(api, deps);
        transcriptRoutes(api, deps);
        transcriptionRoutes(api, deps);
        webhookRoutes(api, deps);
        providerKeyRoutes(api, deps);
      },
      { prefix: '/api/v1' },
    );
  });
  return server;
}

/**
 * Whether a request that is answered has arrived to its end. One that is answered unread has a moment for what is on its
 * way, since its client would lose the answer otherwise; nobody waits for more.
 */
async function isWhole(request: IncomingMessage): Promise<boolean> {
  if (request.complete !== false) return true;
  request.resume();
  await once(request, 'end', { signal: AbortSignal.timeout(GRACE_MS) }).catch(() => {});
  return request.complete;
}
