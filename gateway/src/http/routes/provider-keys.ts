import type { FastifyInstance } from 'fastify';
import type { GatewayDeps } from '../../actions/deps.ts';
import { readProvider, readProviderKey, toProviderKey } from '../../contract/provider-keys.ts';
import { callerOf } from '../caller.ts';

/** An account's own keys of speech providers: taken, told apart, forgotten, and never shown. */
export function providerKeyRoutes(api: FastifyInstance, { providerKeys }: Pick<GatewayDeps, 'providerKeys'>): void {
  api.get('/provider_keys', async (request) => {
    const { keys } = await providerKeys.listProviderKeys({ accountId: callerOf(request).accountId });
    return { provider_keys: keys.map(toProviderKey) };
  });

  api.put('/provider_keys/:provider', async (request) => {
    const { provider, apiKey } = readProviderKey(request.params, request.body);
    const { accountId } = callerOf(request);
    return toProviderKey(await providerKeys.putProviderKey({ accountId, provider, apiKey }));
  });

  api.delete('/provider_keys/:provider', async (request) => {
    const provider = readProvider(request.params);
    await providerKeys.deleteProviderKey({ accountId: callerOf(request).accountId, provider });
    return { message: 'Provider key deleted', provider };
  });
}
