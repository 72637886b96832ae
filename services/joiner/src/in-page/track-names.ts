import { LONGEST_ID } from './longest-id.ts';

/**
 * Names each track for what is reported of it: by its id, which whoever sends it chooses. Two that live at a time may have the same
 * one (Janus calls everybody's microphone `janus0`), and their voices would be taken for one; and one that no report could
 * carry would cost its sound. Their numbers make them different. The page sees the ids it knows.
 */
export function nameTracks(): (track: MediaStreamTrack, number: number) => string {
  const owners = new Map<string, MediaStreamTrack>();
  return (track, number) => {
    const { id } = track;
    const isTaken = owners.get(id)?.readyState === 'live';
    if (!isTaken) owners.set(id, track);
    if (!isTaken && id.length <= LONGEST_ID) return id;
    const name = `${id.slice(0, LONGEST_ID)}#${number}`;
    // For whoever asks the page whose sound it plays: see probes/told-name.ts.
    Object.defineProperty(track, Symbol.for('told name'), { value: name });
    return name;
  };
}
