import { AppError, HOUR, MINUTE, SECOND, type BotId, type Clock, type Log } from '@earshot/kernel';
import type { Egress } from '@earshot/egress';
import { startLoop } from '@earshot/service';
import type { SendDeps } from '../delivery/send.ts';
import type { LiveMessage } from './live-buffer.ts';
import { LiveLine } from './live-line.ts';
import { createSocketChannel } from './socket-channel.ts';
import { createWebhookChannel } from './webhook-channel.ts';

/** A bot is in a meeting for at most five hours (public contract); what is silent for longer was forgotten. */
const IDLE_MS = 6 * HOUR;
const FLUSH_MS = 5 * SECOND;

export interface LiveLinesDeps extends SendDeps {
  readonly egress: Egress;
  readonly clock: Clock;
  readonly log: Log;
  /** How long lines go on sending when the process stops, in milliseconds. */
  readonly drainMs: number;
}

/** All live lines of this process. */
export interface LiveLines extends AsyncDisposable {
  /** Queues a message. Throws `resource-exhausted` when it is a final and a thousand wait already. */
  push(message: Omit<LiveMessage, 'queuedAt'>): void;
  /** Sends what a bot's lines hold, for at most five seconds, and closes them. */
  closeBot(botId: BotId): Promise<void>;
}

export function createLiveLines(deps: LiveLinesDeps): LiveLines {
  const { clock, log } = deps;
  const lines = new Map<string, { botId: BotId; line: LiveLine }>();

  function open({ botId, url }: { botId: BotId; url: string }): LiveLine {
    const isSocket = /^wss?:/i.test(url);
    const channel = isSocket ? createSocketChannel(deps.egress, { botId, url }) : createWebhookChannel(deps);
    const line = new LiveLine({ channel, clock, log: log.child({ botId }) });
    lines.set(`${botId} ${url}`, { botId, line });
    return line;
  }

  async function closeWhere(
    isOver: (entry: { botId: BotId; line: LiveLine }) => boolean,
    flushMs = FLUSH_MS,
  ): Promise<void> {
    const over = [...lines].filter(([, entry]) => isOver(entry));
    for (const [key] of over) lines.delete(key);
    await Promise.all(over.map(([, { line }]) => line.close(flushMs)));
  }

  const sweep = startLoop({
    name: 'live-sweep',
    clock,
    log,
    everyMs: MINUTE,
    async round() {
      const now = clock.now();
      await closeWhere(({ line }) => now - line.lastUsedAt > IDLE_MS);
    },
  });

  return {
    push(message) {
      const line = lines.get(`${message.botId} ${message.url}`)?.line ?? open(message);
      if (!line.push({ ...message, queuedAt: clock.now() })) {
        throw new AppError('resource-exhausted', 'too many live messages wait', { fields: { botId: message.botId } });
      }
    },
    closeBot: (botId) => closeWhere((entry) => entry.botId === botId),
    async [Symbol.asyncDispose]() {
      await sweep[Symbol.asyncDispose]();
      await closeWhere(() => true, Math.min(deps.drainMs, FLUSH_MS));
    },
  };
}
