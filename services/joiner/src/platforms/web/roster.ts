import { SECOND } from '@earshot/kernel';
import type { RosterEntry } from '../../domain/roster.ts';
import type { MediaSigns } from '../platform.ts';
import type { SeenPerson } from '../probe.ts';

/** A page that marks nobody's tile as one's own has drawn it by then. */
const DRAWN_MS = 5 * SECOND;

export interface WebRosterDeps {
  readonly media: Pick<MediaSigns, 'isRemote'>;
  /** Milliseconds, by a clock that never jumps. */
  readonly now: () => number;
}

/** Who is there, from the tiles and media elements of a page, look for look; `botName` is what the bot is called there. */
export function createWebRoster({ media, now }: WebRosterDeps) {
  let firstLookAt: number | undefined;
  let ownId: string | undefined;

  /** The bot's own tile where none is marked: the one that bears its name from the beginning. Whoever comes later is somebody. */
  function ownTile(silent: readonly SeenPerson[], botName: string): string | undefined {
    const named = silent.filter(({ name }) => name === botName);
    if (named.some(({ id }) => id === ownId)) return ownId;
    firstLookAt ??= now();
    if (now() - firstLookAt < DRAWN_MS) ownId = named[0]?.id;
    return ownId;
  }

  return (seen: readonly SeenPerson[], botName: string): RosterEntry[] => {
    const withSound = seen.map((person) => ({
      ...person,
      trackIds: person.trackIds.filter((track) => media.isRemote(track)),
    }));
    const marked = withSound.some(({ isMarkedSelf }) => isMarkedSelf);
    const own = marked
      ? undefined
      : ownTile(
          withSound.filter(({ trackIds }) => trackIds.length === 0),
          botName,
        );
    return withSound.flatMap(({ id, name, isMarkedSelf, trackIds }) => {
      const isStream = id.startsWith('stream:');
      // A stream that nobody is named for counts only when it comes from somebody else.
      if (isStream && trackIds.length === 0) return [];
      return [{ id, name, isSelf: isMarkedSelf || id === own, trackIds, isAnonymous: isStream && name === '' }];
    });
  };
}
