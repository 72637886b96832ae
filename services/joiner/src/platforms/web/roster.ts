import type { RosterEntry } from '../../domain/roster.ts';
import type { MediaSigns } from '../platform.ts';
import type { SeenPerson } from '../probe.ts';

/** Who is there, from the tiles and media elements of a page. */
export function webRoster(
  seen: readonly SeenPerson[],
  { botName, media }: { botName: string; media: Pick<MediaSigns, 'isRemote'> },
): RosterEntry[] {
  return seen.flatMap(({ id, name, isMarkedSelf, trackIds }) => {
    const remote = trackIds.filter((track) => media.isRemote(track));
    // A stream that nobody is named for counts only when it comes from somebody else.
    if (id.startsWith('stream:') && remote.length === 0) return [];
    const isSelf = isMarkedSelf || (remote.length === 0 && name === botName);
    return [{ id, name, isSelf, trackIds: remote, isAnonymous: id.startsWith('stream:') && name === '' }];
  });
}
