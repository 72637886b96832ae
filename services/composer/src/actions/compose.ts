import { AppError } from '@earshot/kernel';
import type { Composition, CompositionKey } from '../domain/composition.ts';
import type { ComposerDeps } from './deps.ts';

/** So many of one account wait at a time. */
const MOST_WAITING = 20;

/** Has something made of a visit. What exists or is under way is answered as it is; what failed or was skipped is tried again. */
export async function compose(
  deps: Pick<ComposerDeps, 'recordingOf' | 'database' | 'compositions' | 'erased' | 'clock' | 'wake'>,
  key: CompositionKey,
): Promise<Composition> {
  const { compositions, erased, clock } = deps;
  const { accountId } = await deps.recordingOf(key.botId);
  const composition = await deps.database.transaction(async (tx) => {
    await erased.lockBot(tx, key.botId);
    if (await erased.has(tx, key.botId)) throw new AppError('failed-precondition', 'the data of the bot is erased');
    const known = await compositions.lock(tx, key);
    if (known && known.state !== 'failed' && known.state !== 'skipped') return known;
    if ((await compositions.countWaiting(tx, accountId)) >= MOST_WAITING)
      throw new AppError('resource-exhausted', 'too many compositions of the account wait');
    const now = clock.now();
    if (known) await compositions.requeue(tx, key, now);
    else
      await compositions.add(tx, {
        ...{ ...key, accountId, isOrdered: false, state: 'queued', progress: 0, attempts: 0, detail: '' },
        ...{ createdAt: now, finishedAt: undefined, artifactId: '' },
      });
    const added = await compositions.lock(tx, key);
    if (!added) throw new AppError('internal', 'a composition that was added is not there');
    return added;
  });
  deps.wake();
  return composition;
}
