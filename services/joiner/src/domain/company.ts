/** Who else is there, and since when nobody that counts is. Times are milliseconds since 1970. */
export interface Company {
  /** Whether anybody who counts was ever seen. */
  readonly hasSeenOthers: boolean;
  /** Since when nobody who counts is there. */
  readonly aloneSince: number | undefined;
  /** Since when other bots are there, and nobody else. */
  readonly onlyBotsSince: number | undefined;
}

export const nobodyYet: Company = { hasSeenOthers: false, aloneSince: undefined, onlyBotsSince: undefined };

/** The company after one more look at the names of the others: people count, bots do not. */
export function lookAround(before: Company, names: readonly string[], { now, isBot }: Looking): Company {
  const people = names.filter((name) => !isBot(name)).length;
  if (people > 0) return { hasSeenOthers: true, aloneSince: undefined, onlyBotsSince: undefined };
  return {
    hasSeenOthers: before.hasSeenOthers,
    aloneSince: before.aloneSince ?? now,
    onlyBotsSince: names.length > 0 ? (before.onlyBotsSince ?? now) : undefined,
  };
}

interface Looking {
  readonly now: number;
  readonly isBot: (name: string) => boolean;
}

/** Tells bots by name: one of the parts is in it, case ignored. Whoever has no name (yet) is a person. */
export function botNames(parts: readonly string[]): (name: string) => boolean {
  const folded = parts.map(fold).filter((part) => part !== '');
  return (name) => folded.some((part) => fold(name).includes(part));
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
