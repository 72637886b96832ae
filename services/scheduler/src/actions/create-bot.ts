import { randomUUID } from 'node:crypto';
import { AppError, type AccountId, type BotId, type TranscriptId } from '@earshot/kernel';
import type { Bot, BotSpec } from '../domain/bot.ts';
import { checkOrder } from '../domain/check-order.ts';
import { nameBot } from '../domain/name-bot.ts';
import { dueAt } from '../domain/join-window.ts';
import type { SchedulerDeps } from './deps.ts';

export interface CreateBotInput {
  readonly accountId: AccountId;
  /** The id under which something is kept elsewhere already; a new one where it is undefined. */
  readonly botId: BotId | undefined;
  readonly spec: BotSpec;
  readonly idempotencyKey: string | undefined;
  readonly orderedByKey: string | undefined;
}

/**
 * Stores a bot, once per account and key. Throws `invalid-argument` for one that no joiner could serve, `resource-exhausted` when
 * too many of the account wait.
 */
export async function createBot(
  {
    database,
    bots,
    waitingLimit,
    outbox,
    clock,
    wake,
  }: Pick<SchedulerDeps, 'database' | 'bots' | 'waitingLimit' | 'outbox' | 'clock' | 'wake'>,
  { accountId, botId = randomUUID() as BotId, spec: ordered, idempotencyKey, orderedByKey }: CreateBotInput,
): Promise<{ bot: Bot; created: boolean }> {
  const spec = nameBot(ordered, botId);
  checkOrder({ spec, idempotencyKey });
  const now = clock.now();
  const due = dueAt({ joinAt: spec.joinAt, platform: spec.platform, now });
  const state = due > now ? 'scheduled' : 'queued';
  const bot: Bot = {
    botId,
    accountId,
    transcriptId: spec.speech ? (randomUUID() as TranscriptId) : undefined,
    spec,
    state,
    endReason: undefined,
    detail: '',
    stopRequested: false,
    pauseRequested: false,
    pauseSequence: 0,
    outcomes: {},
    createdAt: now,
    enteredAt: undefined,
    endedAt: undefined,
    erasedAt: undefined,
    lastCallback: undefined,
    orderedByKey,
    timeline: [{ state, at: now }],
    epoch: 0,
    joinerId: undefined,
    recordingPermission: undefined,
    isGreetingUnsent: false,
    unsentMessages: 0,
    traceparent: undefined,
  };
  const result = await database.transaction(async (tx) => {
    if (await bots.insert(tx, bot, { dueAt: due, idempotencyKey })) {
      await waitingLimit.take(tx, accountId);
      await outbox.append(tx, [{ kind: 'entered', bot, at: now, firstTime: true }]);
      return { bot, created: true };
    }
    const first = await bots.findByKey(tx, accountId, idempotencyKey ?? '');
    if (!first) throw new AppError('unavailable', 'the same key is being used at this moment');
    return { bot: first, created: false };
  });
  wake();
  return result;
}
