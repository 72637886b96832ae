import type { Tx } from '@earshot/db';
import type { BotId } from '@earshot/kernel';
import { factOf, type Composition } from '../domain/composition.ts';
import { needsAudio, orderedOf } from '../domain/ordered.ts';
import type { ComposerDeps } from './deps.ts';

type NoteDeps = Pick<ComposerDeps, 'orderOf' | 'compositions' | 'erased' | 'outbox' | 'clock'>;

/** What is stored of a visit can be read: what was ordered of it waits to be made. What is known already stays. */
export async function noteTracks(deps: NoteDeps, tx: Tx, botId: BotId): Promise<void> {
  for (const composition of await composeOrdered(deps, tx, botId)) await deps.compositions.add(tx, composition);
}

/** No audio was recorded: what was ordered and needs some is skipped, with its fact. */
export async function noteMissing(deps: NoteDeps, tx: Tx, missing: { botId: BotId; detail: string }): Promise<void> {
  const detail = missing.detail || 'nothing was recorded';
  const at = deps.clock.now();
  for (const composition of await composeOrdered(deps, tx, missing.botId)) {
    if (!needsAudio(composition)) continue;
    const isNew = await deps.compositions.add(tx, { ...composition, state: 'skipped', detail, finishedAt: at });
    const fact = factOf(composition, { state: 'skipped', detail }, at);
    if (isNew && fact) await deps.outbox.append(tx, [fact]);
  }
}

async function composeOrdered(deps: NoteDeps, tx: Tx, botId: BotId): Promise<Composition[]> {
  const order = await deps.orderOf(botId);
  if (!order) return [];
  await deps.erased.lockBot(tx, botId);
  if (await deps.erased.has(tx, botId)) return [];
  const createdAt = deps.clock.now();
  return orderedOf(order.plan).map((ordered) => ({
    ...{ botId, ...ordered, accountId: order.accountId, isOrdered: true, createdAt },
    ...{ state: 'queued', progress: 0, attempts: 0, detail: '', finishedAt: undefined, artifactId: '' },
  }));
}
