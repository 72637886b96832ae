import { silentTrack } from './silent-track.ts';
import { wrapMethod } from './wrap-method.ts';

/**
 * What is tapped is not played: to play it the device's clock, the decoders and a mixer run a hundred times a second, and
 * nobody listens. Each stream that an element is to play has a stand-in with the same tracks, but silence in the place of
 * sound that is tapped. The element plays, and its page, asking for the stream, gets its own. What could not be tapped is
 * played, since of a receiver that nobody plays Chromium gives no decoded sound.
 *
 * Answers what takes a track out of what is played, from when it first exists.
 */
export function silencePlayers(): (track: MediaStreamTrack) => void {
  const { addTrack, removeTrack } = MediaStream.prototype;
  const tapped = new WeakSet<MediaStreamTrack>();
  const standIns = new WeakMap<MediaStream, MediaStream>();
  const originals = new WeakMap<MediaProvider, MediaStream>();
  let silence: MediaStreamTrack | undefined;

  function update(stream: MediaStream): void {
    const standIn = standIns.get(stream);
    if (!standIn) return;
    const tracks = stream.getTracks();
    const played = new Set(tracks.filter((track) => !tapped.has(track)));
    if (played.size < tracks.length) played.add((silence ??= silentTrack()));
    for (const track of standIn.getTracks()) if (!played.has(track)) removeTrack.call(standIn, track);
    for (const track of played) addTrack.call(standIn, track);
  }

  function standInFor(stream: MediaStream): MediaStream {
    const known = standIns.get(stream);
    if (known) return known;
    const standIn = new MediaStream();
    standIns.set(stream, standIn);
    originals.set(standIn, stream);
    update(stream);
    for (const change of ['addtrack', 'removetrack']) stream.addEventListener(change, () => update(stream));
    return standIn;
  }

  // What a page adds or removes by itself fires no event.
  for (const method of ['addTrack', 'removeTrack'] as const) {
    wrapMethod(MediaStream.prototype, method, (call, stream) => {
      const result = call();
      update(stream);
      return result;
    });
  }
  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');
  if (source?.get && source.set) {
    const { get, set } = source;
    Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', {
      ...source,
      get(this: HTMLMediaElement) {
        const playing = get.call(this) as MediaProvider | null;
        return (playing && originals.get(playing)) ?? playing;
      },
      set(this: HTMLMediaElement, provider: MediaProvider | null) {
        set.call(this, provider instanceof MediaStream ? standInFor(provider) : provider);
      },
    });
  }
  return (track) => void tapped.add(track);
}
