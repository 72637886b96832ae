import type { ParticipantChange } from './ingest-batch.ts';

/** A participant as a page shows it at one moment. */
export interface RosterEntry {
  readonly id: string;
  readonly name: string;
  readonly isSelf: boolean;
  readonly trackIds: readonly string[];
  /** A sound that the page gives to nobody: somebody, or all of them in one. */
  readonly isAnonymous?: boolean;
}

/** How often in a row somebody must be missing before they count as gone: pages redraw. */
const MISSES_TO_LEAVE = 2;
/** A page that was just entered draws those who were there before within this time. */
const SETTLING_MS = 500;

interface Known {
  readonly entry: RosterEntry;
  readonly misses: number;
}

/** Who is in the meeting, from repeated looks at it. The bot itself is nobody. */
export class Roster {
  readonly #known = new Map<string, Known>();
  #firstLookMs: number | undefined;

  /** Everybody but the bot. */
  get others(): RosterEntry[] {
    return Array.from(this.#known.values(), ({ entry }) => entry);
  }

  /** Whose name this is; empty for nobody's, or that of several. */
  idOf(name: string): string {
    const ids = [...this.#known].flatMap(([id, { entry }]) => (entry.name === name ? [id] : []));
    return ids.length === 1 ? (ids[0] ?? '') : '';
  }

  /** What changed since the last look. Those whom the first looks find were there already. */
  look(entries: readonly RosterEntry[], atMs: number): ParticipantChange[] {
    const changes: ParticipantChange[] = [];
    this.#firstLookMs ??= atMs;
    const alreadyPresent = atMs - this.#firstLookMs < SETTLING_MS;
    const others = new Map(entries.filter((entry) => !entry.isSelf).map((entry) => [entry.id, entry]));
    for (const entry of others.values()) {
      const before = this.#known.get(entry.id)?.entry;
      // A name that vanishes for a moment is not a new name; a track once known stays known.
      const trackIds = [...new Set([...(before?.trackIds ?? []), ...entry.trackIds])];
      const merged = { ...entry, name: entry.name || before?.name || '', trackIds };
      this.#known.set(entry.id, { entry: merged, misses: 0 });
      if (!before) changes.push(change('joined', merged, { atMs, alreadyPresent }));
      else if (before.name !== merged.name || before.trackIds.length !== trackIds.length) {
        changes.push(change('updated', merged, { atMs, alreadyPresent: false }));
      }
    }
    for (const [id, { entry, misses }] of this.#known) {
      if (others.has(id)) continue;
      if (misses + 1 < MISSES_TO_LEAVE) this.#known.set(id, { entry, misses: misses + 1 });
      else {
        this.#known.delete(id);
        changes.push(change('left', entry, { atMs, alreadyPresent: false }));
      }
    }
    return changes;
  }

  /** Gives tracks to their owners anew, where they are known by evidence and not by the page. */
  assign(
    tracksOf: (participantId: string, known: readonly string[]) => readonly string[],
    atMs: number,
  ): ParticipantChange[] {
    const changes: ParticipantChange[] = [];
    for (const [id, known] of this.#known) {
      const trackIds = tracksOf(id, known.entry.trackIds);
      if (trackIds.length === known.entry.trackIds.length && trackIds.every((t) => known.entry.trackIds.includes(t))) {
        continue;
      }
      const entry = { ...known.entry, trackIds };
      this.#known.set(id, { ...known, entry });
      changes.push(change('updated', entry, { atMs, alreadyPresent: false }));
    }
    return changes;
  }
}

function change(
  action: ParticipantChange['action'],
  entry: RosterEntry,
  when: { atMs: number; alreadyPresent: boolean },
): ParticipantChange {
  return { action, participantId: entry.id, name: entry.name, trackIds: entry.trackIds, ...when };
}
