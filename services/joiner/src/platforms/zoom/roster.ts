import type { RosterEntry } from '../../domain/roster.ts';
import type { SeenPerson } from '../probe.ts';

/** Who is there. The page has no ids: a name is one, counted where several share it. Tracks are named by evidence. */
export function zoomRoster(seen: readonly SeenPerson[]): RosterEntry[] {
  return seen.map(({ id, name, isMarkedSelf }) => ({ id, name, isSelf: isMarkedSelf, trackIds: [] }));
}
