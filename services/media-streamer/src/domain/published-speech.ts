import type { SpeechFact } from './media-fact.ts';

/** The last speech of a participant that was published; timeline, milliseconds. */
export interface PublishedSpeech {
  readonly participantId: string;
  readonly name: string;
  readonly onMs: number;
  /** Undefined while it goes on. */
  readonly offMs: number | undefined;
}

export type PublishedSpeeches = ReadonlyMap<string, PublishedSpeech>;

/**
 * Which facts are news, in order, and the speeches as they are afterwards: each end follows its beginning, and what is detected once more
 * after a break, or committed once more, is published once.
 */
export function publishSpeech(
  before: PublishedSpeeches,
  facts: readonly SpeechFact[],
): { readonly fresh: ReadonlySet<SpeechFact>; readonly changed: readonly PublishedSpeech[] } {
  const speeches = new Map(before);
  const changed = new Set<string>();
  const fresh = facts.filter(({ kind, participantId, name, atMs }) => {
    const last = speeches.get(participantId);
    const isOpen = last !== undefined && last.offMs === undefined;
    if (kind === 'speech-on') {
      if (isOpen || atMs < (last?.offMs ?? 0)) return false;
      speeches.set(participantId, { participantId, name, onMs: atMs, offMs: undefined });
    } else {
      if (!isOpen) return false;
      speeches.set(participantId, { ...last, offMs: atMs });
    }
    changed.add(participantId);
    return true;
  });
  return { fresh: new Set(fresh), changed: [...changed].flatMap((id) => speeches.get(id) ?? []) };
}
