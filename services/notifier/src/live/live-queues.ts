import { AppError, HOUR, MINUTE, SECOND, type AccountId, type BotId, type Clock, type Log } from '@earshot/kernel';
import type { Egress } from '@earshot/egress';
import { startLoop } from '@earshot/service';
import type { SendDeps } from '../delivery/send.ts';
import type { LiveBuffer, LiveMessage } from './live-buffer.ts';
import { CAPACITY, LiveQueue } from './live-queue.ts';
import { LiveMemory } from './live-memory.ts';
import { createSocketChannel } from './socket-channel.ts';
import { createWebhookChannel } from './webhook-channel.ts';

/** A bot is in a meeting for at most five hours (public contract); what is silent for longer was forgotten. */
const IDLE_MS = 6 * HOUR;
const FLUSH_MS = 5 * SECOND;
/** What one queue may hold: a thousand messages of the usual size, in bytes. */
const QUEUE_BYTES = 4 * 1024 * 1024;

export interface LiveQueuesDeps extends SendDeps {
  readonly egress: Egress;
  readonly clock: Clock;
  readonly log: Log;
  /** Most bytes that wait on all queues together, and on those of one account. */
  readonly totalBytes: number;
  readonly accountBytes: number;
  /** How long a socket may take nothing before it is given up, in milliseconds. */
  readonly stallMs: number;
  /** How long queues go on sending when the process stops, in milliseconds. */
  readonly drainMs: number;
}

/** All live queues of this process. */
export interface LiveQueues extends AsyncDisposable {
  /** Queues a message. Throws `resource-exhausted` when it is a final and there is no room for it. */
  push(message: Omit<LiveMessage, 'queuedAt'>): void;
  /** Sends what a bot's queues hold, for at most five seconds, and closes them. */
  closeBot(botId: BotId): Promise<void>;
}

interface Entry {
  readonly botId: BotId;
  readonly accountId: AccountId;
  readonly buffer: LiveBuffer;
  readonly queue: LiveQueue;
}

export function createLiveQueues(deps: LiveQueuesDeps): LiveQueues {
  const { clock, log, totalBytes, accountBytes, stallMs } = deps;
  const queues = new Map<string, Entry>();
  const memory = new LiveMemory({
    capacity: CAPACITY,
    maxBytes: Math.min(QUEUE_BYTES, accountBytes),
    accountBytes,
    totalBytes,
  });

  function open({ botId, accountId, url }: Pick<LiveMessage, 'botId' | 'accountId' | 'url'>): LiveQueue {
    const buffer = memory.open(accountId);
    const missed = { count: () => buffer.missed, reported: () => void (buffer.missed = 0) };
    const logOfBot = log.child({ botId });
    const isSocket = /^wss?:/i.test(url);
    const channel = isSocket
      ? createSocketChannel({ egress: deps.egress, clock, log: logOfBot, botId, url, stallMs, missed })
      : createWebhookChannel(deps);
    const queue = new LiveQueue({ channel, buffer, clock, log: logOfBot });
    queues.set(`${botId} ${url}`, { botId, accountId, buffer, queue });
    return queue;
  }

  async function closeWhere(isOver: (entry: Entry) => boolean, flushMs = FLUSH_MS): Promise<void> {
    const over = [...queues].filter(([, entry]) => isOver(entry));
    for (const [key] of over) queues.delete(key);
    await Promise.all(
      over.map(async ([, { accountId, buffer, queue }]) => {
        await queue.close(flushMs);
        memory.close(accountId, buffer);
      }),
    );
  }

  const sweep = startLoop({
    name: 'live-sweep',
    clock,
    log,
    everyMs: MINUTE,
    async round() {
      const now = clock.now();
      const drops = memory.takeDrops();
      if (drops) log.warn('there was no room for live messages', { ...drops, bytes: memory.bytes });
      await closeWhere(({ queue }) => now - queue.lastUsedAt > IDLE_MS);
    },
  });

  return {
    push(message) {
      const queue = queues.get(`${message.botId} ${message.url}`)?.queue ?? open(message);
      if (!queue.push({ ...message, queuedAt: clock.now() })) {
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
