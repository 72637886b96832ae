import type { RosterEntry } from '../../domain/roster.ts';
import type { SeenPerson } from '../probe.ts';

/** What the platform adds to the names of guests. */
const notes = /\s*\((guest|unverified|external|unfamiliar)\)$/i;

export function withoutNotes(name: string): string {
  return name.replace(notes, '');
}

/** Who is there. The page has no ids for guests: a name is the id, and whoever has the same is counted. */
export function teamsRoster(seen: readonly SeenPerson[], botName: string): RosterEntry[] {
  const self = seen.find(({ isMarkedSelf }) => isMarkedSelf) ?? seen.find(({ name }) => withoutNotes(name) === botName);
  return seen.map((person) => ({
    id: person.id,
    name: withoutNotes(person.name),
    isSelf: person === self,
    trackIds: [],
  }));
}
