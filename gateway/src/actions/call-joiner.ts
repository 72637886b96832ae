import { AppError, type AccountId } from '@earshot/kernel';
import { isAnswerOfService } from '@earshot/rpc';
import type { GatewayDeps } from './deps.ts';
import type { Joiner } from './joiner-clients.ts';

/**
 * How long to wait before a bot is looked for again, milliseconds: one that moves is assigned anew within a second or two, and nobody
 * waits longer for an answer that is to be heard at once.
 */
const PAUSES_MS = [200, 1000];

/** A bot cannot be called for now: 503. Its message is for the client. */
export class NotNow extends AppError {
  override name = 'NotNow';

  constructor(message: string, cause: unknown) {
    super('unavailable', message, { cause });
  }
}

export interface BotOfAccount {
  readonly botId: string;
  readonly accountId: AccountId;
}

/**
 * Calls the joiner that has a bot; where that has it no more, or is gone, the bot is located anew. Throws what `LocateBot` and the call
 * throw, `failed-precondition` for a bot that is nowhere, and `NotNow` while it cannot be reached.
 */
export async function callJoiner<T>(
  deps: Pick<GatewayDeps, 'scheduler' | 'joiners' | 'clock'>,
  { botId, accountId }: BotOfAccount,
  call: (joiner: Joiner) => Promise<T>,
): Promise<T> {
  for (const pause of [...PAUSES_MS, undefined]) {
    const { joinerAddress } = await deps.scheduler.locateBot({ botId, accountId }).catch(notNow);
    try {
      return await deps.joiners.use(joinerAddress, call);
    } catch (caught) {
      const { code, message } = AppError.from(caught);
      const isAnswered = isAnswerOfService(caught);
      // The text-to-speech engine is away, for one: it is no nearer elsewhere.
      if (code === 'unavailable' && isAnswered) throw new NotNow(message, caught);
      const isGone = code === 'unavailable' || (code === 'not-found' && isAnswered);
      if (!isGone) throw caught;
      if (pause === undefined) {
        if (code === 'not-found')
          throw new AppError('failed-precondition', 'the bot is not in its meeting', { cause: caught });
        return notNow(caught);
      }
      await deps.clock.sleep(pause);
    }
  }
  throw new AppError('internal', 'no joiner was called');
}

function notNow(caught: unknown): never {
  if (AppError.from(caught).code !== 'unavailable') throw caught;
  throw new NotNow('the bot cannot be reached at this moment, try again', caught);
}
