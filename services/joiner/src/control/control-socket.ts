import { closeCode, CustomerSocket, type Egress } from '@earshot/egress';
import { SECOND, type OtherBot } from '@earshot/kernel';
import type { IngestBatch } from '../domain/ingest-batch.ts';
import { ControlSession, type ControlSessionDeps } from './control-session.ts';

/** Chat that waits for a socket that is away. */
const KEPT_BYTES = 256 * 1024;
const FLUSH_MS = SECOND;
const STALL_MS = 15 * SECOND;

export interface ControlSocketOptions extends Omit<ControlSessionDeps, 'send'> {
  readonly url: string;
  readonly egress: Pick<Egress, 'webSocket'>;
}

/** The socket by which a customer commands a bot; connected from its making to its end, and what the bot says goes on while it is away. */
export interface ControlSocket {
  onBatch(batch: IngestBatch): void;
  setOtherBots(bots: readonly OtherBot[]): void;
  /** The bot is out: the socket closes with 1000; with 1001 where another joiner goes on. Never throws. */
  end(options: { readonly isHandedOver: boolean }): Promise<void>;
}

export function openControlSocket({ url, egress, ...deps }: ControlSocketOptions): ControlSocket {
  const { botId, clock } = deps;
  const log = deps.log.child({ socket: 'control' });
  const session = new ControlSession({
    ...deps,
    log,
    send(message, { isLasting }) {
      if (isLasting || socket.isReady) socket.send({ bytes: Buffer.from(JSON.stringify(message)), isText: true });
    },
  });
  const socket: CustomerSocket = new CustomerSocket({
    ...{ url, egress, clock, log, maxQueuedBytes: KEPT_BYTES, stallMs: STALL_MS },
    toReadyFrame: () => JSON.stringify({ type: 'ready', bot_id: botId, message: 'Ready to receive messages' }),
    onMessage: (data, isBinary) => session.onMessage(data, isBinary),
  });
  return {
    onBatch: (batch) => session.onBatch(batch),
    setOtherBots: (bots) => session.setOtherBots(bots),
    async end({ isHandedOver }) {
      session.end();
      if (isHandedOver) return socket.close(closeCode.goingAway);
      if (socket.isReady) await socket.flush(FLUSH_MS);
      await socket.close(closeCode.normal);
    },
  };
}
