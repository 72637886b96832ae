import type { FastifyInstance } from 'fastify';
import { HOUR, SECOND } from '@earshot/kernel';
import type { GatewayDeps } from '../../actions/deps.ts';
import { readBody, readBy } from '../../contract/read.ts';
import {
  deadQuery,
  enableEndpointBody,
  redeliverRangeBody,
  rotateSecretBody,
  toDeadPage,
  toEndpoints,
  toSecrets,
} from '../../contract/webhooks.ts';
import { callerOf } from '../caller.ts';

/** What concerns an account's webhooks beyond one bot: what was given up, which addresses fail, and the secrets. */
export function webhookRoutes(api: FastifyInstance, { notifier }: Pick<GatewayDeps, 'notifier'>): void {
  api.get('/deliveries/dead', async (request) => {
    const { from, to, limit, cursor } = readBy(deadQuery, request.query);
    return toDeadPage(
      await notifier.listDeadDeliveries({
        accountId: callerOf(request).accountId,
        storedFrom: from,
        storedUntil: to,
        pageSize: limit,
        pageToken: cursor,
      }),
    );
  });

  api.post('/deliveries/redeliver', async (request) => {
    const { from, to } = readBody(redeliverRangeBody, request.body);
    const { accountId } = callerOf(request);
    return notifier.redeliverRange({ accountId, storedFrom: from, storedUntil: to }, { timeoutMs: 60 * SECOND });
  });

  api.get('/endpoints', async (request) => {
    const { accountId } = callerOf(request);
    return toEndpoints((await notifier.listEndpoints({ accountId })).endpoints);
  });

  api.post('/endpoints/enable', async (request) => {
    const { url } = readBody(enableEndpointBody, request.body);
    await notifier.enableEndpoint({ accountId: callerOf(request).accountId, url });
    return { message: 'Endpoint enabled', url };
  });

  api.get('/webhook_secret', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    return toSecrets(await notifier.getSigningSecrets({ accountId: callerOf(request).accountId }));
  });

  api.post('/webhook_secret/rotate', async (request, reply) => {
    const { overlap_hours: hours } = readBody(rotateSecretBody, request.body);
    void reply.header('cache-control', 'no-store');
    const { accountId } = callerOf(request);
    return toSecrets(
      await notifier.rotateSigningSecret({ accountId, overlapSeconds: Math.round((hours * HOUR) / SECOND) }),
    );
  });
}
