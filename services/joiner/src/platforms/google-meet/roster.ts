import type { RosterEntry } from '../../domain/roster.ts';
import type { SeenPerson } from '../probe.ts';

/** Who is there, from the tiles. Sound is played outside of them: tracks are named by evidence, not here. */
export function meetRoster(seen: readonly SeenPerson[], botName: string): RosterEntry[] {
  const self = seen.find(({ isMarkedSelf }) => isMarkedSelf) ?? seen.find(({ name }) => name === botName);
  return seen.map((person) => ({ id: person.id, name: person.name, isSelf: person === self, trackIds: [] }));
}
