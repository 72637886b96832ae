import type { NotifierServiceService } from '@earshot/contract/notifier/v1/notifier.ts';
import type { Handlers } from '@earshot/rpc';
import type { NotifierDeps } from '../actions/deps.ts';
import { eraseBodies } from '../actions/erase-bodies.ts';
import { redeliver } from '../actions/redeliver.ts';
import type { Message } from '../domain/delivery.ts';
import type { LiveLines } from '../live/live-lines.ts';
import { botIdOf, fromLiveRequest, fromMessage, toDeliveryMessage } from './mapping.ts';

export interface NotifierServiceDeps extends NotifierDeps {
  readonly live: LiveLines;
  /** Resolves when the messages are stored. */
  readonly accept: (messages: readonly Message[]) => Promise<void>;
  /** Says that something committed may be due. */
  readonly nudge: () => void;
}

export function notifierService(deps: NotifierServiceDeps): Handlers<typeof NotifierServiceService> {
  return {
    async deliver({ messages }) {
      await deps.accept(messages.map(fromMessage));
      deps.nudge();
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
    async listDeliveries({ botId }) {
      const deliveries = await deps.deliveries.list(botIdOf(botId));
      return { deliveries: deliveries.map(toDeliveryMessage) };
    },
    async redeliver({ botId, messageIds }) {
      const requeued = await redeliver(deps, { botId: botIdOf(botId), messageIds });
      deps.nudge();
      return { requeued };
    },
    async erase({ botId }) {
      return { deletedObjects: await eraseBodies(deps, botIdOf(botId)) };
    },
  };
}
