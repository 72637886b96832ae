import type { SeenPerson } from './seen-person.ts';

/** The tiles of Google Meet. A screen that is shared has a second tile of the same participant. */
export function meetRoster(css: { tile: string; name: string; indicator: string; self: string }): SeenPerson[] {
  const people = new Map<string, SeenPerson>();
  for (const tile of document.querySelectorAll(css.tile)) {
    const id = tile.getAttribute('data-participant-id') ?? '';
    if (!/^spaces\/[^/]+\/devices\/\d+$/.test(id)) continue;
    const label = tile.getAttribute('role') === 'listitem' ? tile.getAttribute('aria-label') : null;
    const name = (label ?? tile.querySelector(css.name)?.textContent ?? '').trim();
    const known = people.get(id);
    // Only one's own tile has no meter and can be reframed.
    const isSelf = tile.querySelector(css.indicator) === null && tile.querySelector(css.self) !== null;
    if (!known) people.set(id, { id, name, isMarkedSelf: isSelf, trackIds: [] });
    else {
      known.name ||= name;
      known.isMarkedSelf ||= isSelf;
    }
  }
  return [...people.values()];
}
