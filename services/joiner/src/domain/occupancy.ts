/** Who else is there, and since when nobody that counts is. Times are milliseconds since 1970. */
export interface Occupancy {
  /** Whether anybody who counts was ever there. */
  readonly hasSeenOthers: boolean;
  /** Since when nobody who counts is there. */
  readonly aloneSince: number | undefined;
  /** Since when other bots are there, and nobody else. */
  readonly onlyBotsSince: number | undefined;
}

export const nobodyYet: Occupancy = { hasSeenOthers: false, aloneSince: undefined, onlyBotsSince: undefined };

/** One of the others. sound: a stream that the page gives to nobody. */
export type Other = 'person' | 'bot' | 'sound';

interface Looking {
  readonly now: number;
  /** When a voice was received last of none of those that are listed. */
  readonly lastVoiceAt: number | undefined;
}

/**
 * The occupancy after one more look at the others: people count, bots do not, and a voice is somebody whoever is listed. One
 * sound of nobody's may be all of them mixed: it is somebody while there is a voice in it.
 */
export function lookAround(before: Occupancy, others: readonly Other[], { now, lastVoiceAt }: Looking): Occupancy {
  const count = (kind: Other) => others.filter((other) => other === kind).length;
  const people = count('person') + (count('sound') > 1 ? count('sound') : 0);
  if (people > 0) return { hasSeenOthers: true, aloneSince: undefined, onlyBotsSince: undefined };
  const since = (known: number | undefined) => Math.max(known ?? now, lastVoiceAt ?? 0);
  return {
    hasSeenOthers: before.hasSeenOthers || lastVoiceAt !== undefined,
    aloneSince: since(before.aloneSince),
    onlyBotsSince: count('bot') > 0 ? since(before.onlyBotsSince) : undefined,
  };
}

/** Recognises bots by name: one of the parts is in it, case ignored. Whoever has no name (yet) is a person. */
export function botNames(parts: readonly string[]): (name: string) => boolean {
  const folded = parts.map(fold).filter((part) => part !== '');
  return (name) => folded.some((part) => fold(name).includes(part));
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
