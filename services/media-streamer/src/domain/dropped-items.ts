import type { BotId } from '@earshot/kernel';

/** What a page tells beside its sound, by the table it goes to; `facts` are what is said of participants. */
export type ItemKind = 'participants' | 'tracks' | 'chat' | 'speaking' | 'facts';

/** Items of one visit that no table takes, and why. */
export interface DroppedItems {
  readonly botId: BotId;
  readonly counts: Readonly<Partial<Record<ItemKind, number>>>;
  /** What the database, or the code before it, said of the first of them. */
  readonly error: unknown;
}

export function totalOf({ counts }: Pick<DroppedItems, 'counts'>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
