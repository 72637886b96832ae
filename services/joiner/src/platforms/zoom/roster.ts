import type { RosterEntry } from '../../domain/roster.ts';
import type { SeenPerson } from '../probe.ts';

/** Who is there. The page has no ids: a name is one, counted where several share it. Tracks are named by evidence. */
export function zoomRoster(seen: readonly SeenPerson[], botName: string): RosterEntry[] {
  const self = seen.find(({ isMarkedSelf }) => isMarkedSelf) ?? seen.find(({ name }) => name === botName);
  return seen.map((person) => ({ id: person.id, name: person.name, isSelf: person === self, trackIds: [] }));
}
