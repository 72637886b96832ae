import type { SeenPerson } from './seen-person.ts';

/** What is drawn for less than this is taken for the page redrawing, not for a person. */
const STEADY_MS = 250;
/** Between two looks, however much the page changes. */
const PAUSE_MS = 100;

interface WatchedPerson {
  readonly sinceMs: number;
  person: SeenPerson;
  /** Whoever asked has the answer, and will see for itself that they are gone. */
  isTold: boolean;
}

/** Looks with `see` whenever the page changes: `take` answers who is there, and who came and went since it was asked last. */
export function watchPeople(see: () => SeenPerson[]): { take(): SeenPerson[] } {
  const present = new Map<string, WatchedPerson>();
  const passed = new Map<string, SeenPerson>();
  let lookedMs = -Infinity;
  let isDue = false;

  function lookAround(): void {
    const nowMs = performance.now();
    lookedMs = nowMs;
    const seen = new Map(see().map((person) => [person.id, person]));
    for (const [id, person] of seen) {
      const known = present.get(id);
      if (known) known.person = person;
      else present.set(id, { sinceMs: nowMs, person, isTold: false });
    }
    for (const [id, { sinceMs, person, isTold }] of present) {
      if (seen.has(id)) continue;
      present.delete(id);
      if (!isTold && nowMs - sinceMs >= STEADY_MS) passed.set(id, person);
    }
  }

  new MutationObserver(() => {
    if (isDue) return;
    const waitMs = lookedMs + PAUSE_MS - performance.now();
    if (waitMs <= 0) return lookAround();
    isDue = true;
    setTimeout(() => {
      isDue = false;
      lookAround();
    }, waitMs);
  }).observe(document, { childList: true, subtree: true });

  return {
    take() {
      lookAround();
      const people = [...present].map(([id, watched]) => {
        watched.isTold = true;
        passed.delete(id);
        return watched.person;
      });
      people.push(...passed.values());
      passed.clear();
      return people;
    },
  };
}

/** Who is there, and who came and went since this was asked last. */
export function takePeople(watch: { take(): SeenPerson[] }): SeenPerson[] {
  return watch.take();
}
