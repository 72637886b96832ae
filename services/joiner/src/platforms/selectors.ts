/** One way to find a place of a page. Places list several, best first. */
export interface Candidate {
  /** Under which its hits are counted. */
  readonly id: string;
  readonly css: string;
  /** Regular expression (case ignored) for the accessible name. */
  readonly name?: string;
  /** One that the accessible name must not match. */
  readonly not?: string;
  /** Found even where it is not shown. */
  readonly hidden?: boolean;
  /** Only while it can be used. */
  readonly enabled?: boolean;
  /** Only when it is drawn at least as large, in pixels. */
  readonly atLeast?: { readonly width: number; readonly height: number };
}

/** Marks by which the rows of a platform's captions are read. */
export interface CaptionMarks {
  readonly region: string;
  readonly text: string;
  readonly speaker: string;
  /** Where a page counts its rows: the element that has the count, and its attribute. */
  readonly row?: { readonly holder: string; readonly idAttribute: string };
}

/** Marks by which a page tells whose picture a video shows: see in-page/probes/seen-videos.ts. */
export interface VideoMarks {
  readonly tile: string;
  readonly idAttribute: string;
  /** Of what holds a shared screen; empty where there is no such mark. */
  readonly screen: string;
  readonly screenIdAttribute: string;
  /** What each of a person's tiles has but that of a screen; empty where there is no such mark. */
  readonly meter: string;
}

export interface Hit {
  /** Of the candidate. */
  readonly id: string;
  /** Accessible name of the element. */
  readonly name: string;
}

/** The same where they can be pressed. */
export function inSight(candidates: readonly Candidate[]): Candidate[] {
  return candidates.map(({ hidden: _, ...candidate }) => candidate);
}

/** How often a candidate was asked for, and found. */
export interface Looks {
  readonly hits: number;
  readonly looks: number;
}

/** Counts which candidates still find something: pages change without notice. */
export class Selectors {
  readonly #counts = new Map<string, { hits: number; misses: number }>();

  /** One look at a place: those before the hit have missed. */
  count(candidates: readonly Candidate[], hitId: string | undefined): void {
    for (const { id } of candidates) {
      const count = this.#counts.get(id) ?? { hits: 0, misses: 0 };
      this.#counts.set(id, count);
      if (id === hitId) {
        count.hits += 1;
        return;
      }
      count.misses += 1;
    }
  }

  /** By the candidate's id. */
  counts(): Record<string, Looks> {
    return Object.fromEntries([...this.#counts].map(([id, { hits, misses }]) => [id, { hits, looks: hits + misses }]));
  }
}
