import type { BotId } from '@earshot/kernel';

/** A page's items beside its sound, by the table they go to; `facts` are about participants. */
export type ItemKind = 'participants' | 'tracks' | 'chat' | 'speaking' | 'pauses' | 'facts';

/** Items of one visit that no table takes, and why. */
export interface DroppedItems {
  readonly botId: BotId;
  readonly counts: Readonly<Partial<Record<ItemKind, number>>>;
  /** The error of the database, or of the code before it, for the first of them. */
  readonly error: unknown;
}

export function totalOf({ counts }: Pick<DroppedItems, 'counts'>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
