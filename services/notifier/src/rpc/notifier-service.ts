import type { NotifierServiceService } from '@earshot/contract/notifier/v1/notifier.ts';
import { AppError, SECOND } from '@earshot/kernel';
import { accountOfCall, type Handlers } from '@earshot/rpc';
import type { NotifierDeps } from '../actions/deps.ts';
import { eraseBodies } from '../actions/erase-bodies.ts';
import { redeliverRange } from '../actions/redeliver-range.ts';
import { redeliver } from '../actions/redeliver.ts';
import type { SigningSecrets } from '../delivery/signing-secrets.ts';
import type { Message } from '../domain/delivery.ts';
import type { LiveQueues } from '../live/live-queues.ts';
import { fromDeadRequest, fromRange, toDeadPage, toEndpointMessage, toSecretMessage } from './account-mapping.ts';
import { accountIdOf, botIdOf, fromLiveRequest, fromMessages, toDeliveryMessage } from './mapping.ts';

export interface NotifierServiceDeps extends NotifierDeps {
  readonly live: LiveQueues;
  readonly secrets: SigningSecrets;
  /** Resolves when the messages are stored; they are sent without being asked for. */
  readonly accept: (messages: readonly Message[]) => Promise<void>;
  /** Reports that something committed may be due. */
  readonly wake: () => void;
}

export function notifierService(deps: NotifierServiceDeps): Handlers<typeof NotifierServiceService> {
  return {
    async deliver({ messages }) {
      await deps.accept(fromMessages(messages));
      return {};
    },
    async deliverLive(request) {
      deps.live.push(fromLiveRequest(request));
      return {};
    },
    async closeLive({ botId }) {
      await deps.live.closeBot(botIdOf(botId));
      return {};
    },
    async listDeliveries({ botId }, call) {
      const deliveries = await deps.deliveries.list(botIdOf(botId), accountOfCall(call));
      return { deliveries: deliveries.map(toDeliveryMessage) };
    },
    async redeliver({ botId, messageIds }, call) {
      const requeued = await redeliver(deps, { botId: botIdOf(botId), accountId: accountOfCall(call), messageIds });
      deps.wake();
      return { requeued };
    },
    async listDeadDeliveries(request, call) {
      const range = fromDeadRequest(request, accountOfCall(call));
      // One more than the page has shows whether there is another.
      return toDeadPage(await deps.deadDeliveries.list({ ...range, limit: range.limit + 1 }), range.limit);
    },
    async redeliverRange(request, call) {
      const requeued = await redeliverRange(deps, fromRange(request, accountOfCall(call)));
      deps.wake();
      return { requeued };
    },
    async listEndpoints(_request, call) {
      const endpoints = await deps.endpoints.list(accountIdOf(accountOfCall(call)));
      return { endpoints: endpoints.map(toEndpointMessage) };
    },
    async enableEndpoint({ url }, call) {
      const known = await deps.endpoints.enable([{ accountId: accountIdOf(accountOfCall(call)), url }]);
      if (known === 0) throw new AppError('not-found', 'endpoint not found');
      return {};
    },
    async getSigningSecrets(_request, call) {
      const secrets = await deps.secrets.list(accountIdOf(accountOfCall(call)));
      return { secrets: secrets.map(toSecretMessage) };
    },
    async rotateSigningSecret({ overlapSeconds }, call) {
      const secrets = await deps.secrets.rotate(accountIdOf(accountOfCall(call)), overlapSeconds * SECOND);
      return { secrets: secrets.map(toSecretMessage) };
    },
    async erase({ botId, final: isFinal }) {
      const { deleted, total } = await eraseBodies(deps, botIdOf(botId), { isFinal });
      return { deletedObjects: deleted, totalObjects: total, unfinished: false };
    },
  };
}
