import { join } from 'node:path';
import { ComposerServiceService } from '@earshot/contract/composer/v1/composer.ts';
import { JoinerServiceService } from '@earshot/contract/joiner/v1/joiner.ts';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { NotifierServiceService } from '@earshot/contract/notifier/v1/notifier.ts';
import { RetentionServiceService } from '@earshot/contract/retention/v1/retention.ts';
import { BotServiceService } from '@earshot/contract/scheduler/v1/bots.ts';
import { ProviderKeyServiceService } from '@earshot/contract/transcriber/v1/provider_keys.ts';
import { TranscriptServiceService } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { countSetAside, createInbox, migrate, openDatabase } from '@earshot/db';
import { createEgress } from '@earshot/egress';
import { connectBroker, consume } from '@earshot/events';
import { MINUTE, SECOND, type AccountId, type Clock, type Log } from '@earshot/kernel';
import { createRpcClient, type ServiceDefinition } from '@earshot/rpc';
import { ResourceStack, startLoop, systemClock, type Service } from '@earshot/service';
import type { GatewayDeps } from './actions/deps.ts';
import { createJoinerClients } from './actions/joiner-clients.ts';
import { acknowledgeErasures } from './callbacks/acknowledge-erasures.ts';
import { createBotDirectory } from './callbacks/bot-directory.ts';
import { forwardFacts, forwardPreview } from './callbacks/forward.ts';
import { arePeersThere } from './callbacks/peers.ts';
import { FinalUtteranceDeduper } from './callbacks/final-utterance-deduper.ts';
import type { GatewayConfig } from './config.ts';
import { createHttpServer } from './http/server.ts';
import { createApiKeys } from './store/api-keys.ts';
import { createToldErasures } from './store/told-erasures.ts';

/** Owns the public contract, in both directions: requests in, callbacks out. */
export function createGateway(
  config: GatewayConfig,
  log: Log,
  { clock = systemClock }: { clock?: Clock } = {},
): Service {
  const resources = new ResourceStack(log);
  const peer = <D extends ServiceDefinition>(name: string, definition: D, address: string) =>
    resources.own(name, createRpcClient(definition, address, config.rpc));

  return {
    async start() {
      const database = resources.own('database', openDatabase(config.database));
      const { natsUrl: url, natsCredentials: credentials, name } = config;
      const broker = resources.own('broker', await connectBroker({ url, credentials, name, log }));
      await migrate(database, join(import.meta.dirname, 'store/migrations'));

      const joiners = resources.own(
        'joiners',
        createJoinerClients((address) => createRpcClient(JoinerServiceService, address, config.rpc), { clock }),
      );
      const deps: GatewayDeps = {
        scheduler: peer('scheduler', BotServiceService, config.peers.scheduler),
        media: peer('media', MediaServiceService, config.peers.media),
        transcriber: peer('transcriber', TranscriptServiceService, config.peers.transcriber),
        providerKeys: peer('provider-keys', ProviderKeyServiceService, config.peers.transcriber),
        composer: peer('composer', ComposerServiceService, config.peers.composer),
        retention: peer('retention', RetentionServiceService, config.peers.retention),
        notifier: peer('notifier', NotifierServiceService, config.peers.notifier),
        joiners,
        apiKeys: createApiKeys(database, clock.now),
        countSetAside: () => countSetAside(database),
        egress: resources.own('egress', createEgress({ allow: config.egressAllow, log })),
        clock,
        log,
        settings: config,
      };
      if (config.secrets.bootstrapApiKey)
        await deps.apiKeys.ensure(config.secrets.bootstrapApiKey, 'default' as AccountId);

      const closing = { name: 'unused joiners', clock, log, everyMs: MINUTE };
      resources.own('unused joiners', startLoop({ ...closing, round: () => joiners.closeIdle() }));

      const forwarding = { ...deps, bots: createBotDirectory(deps.scheduler), deduper: new FinalUtteranceDeduper() };
      const toldErasures = createToldErasures(database);
      const acknowledging = { name: 'told erasures', clock, log, everyMs: SECOND };
      resources.own(
        'told erasures',
        startLoop({ ...acknowledging, round: () => acknowledgeErasures({ ...deps, toldErasures }) }),
      );
      resources.own(
        'callbacks',
        consume({
          broker,
          inbox: createInbox(database, 'gateway-callbacks'),
          clock,
          log,
          async handle(tx, facts) {
            await toldErasures.add(tx, await forwardFacts(forwarding, facts));
          },
          arePeersThere: () => arePeersThere(deps),
        }),
      );
      resources.add(
        'whispers',
        broker.subscribeEphemeral('words.*', (_subject, payload) => void forwardPreview(forwarding, payload)),
      );

      const http = createHttpServer(deps, config.limits);
      resources.add('http', () => http.close());
      await http.listen(config.listen);
    },
    [Symbol.asyncDispose]: () => resources.release(),
  };
}
