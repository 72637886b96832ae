/** By what name a track is reported: not always by its id, see track-names.ts. */
export function toldName(track: MediaStreamTrack): string {
  const told: unknown = Reflect.get(track, Symbol.for('told name'));
  return typeof told === 'string' ? told : track.id;
}
