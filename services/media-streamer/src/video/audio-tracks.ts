import type { BotId } from '@earshot/kernel';
import type { MediaDeps } from '../actions/deps.ts';
import { SAMPLES_PER_MS } from '../domain/recording.ts';
import type { StoredTrack } from '../domain/stored-track.ts';
import { readPackets, samplesOf } from './read-packets.ts';

/** Recordings whose tracks are remembered. */
const MOST = 100;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * The audio tracks of finished recordings, as their packets show them. That takes half a second an hour of six voices, on a slow disk
 * longer than callers wait: what was begun goes on, and is there when they ask again.
 */
export class AudioTracks {
  readonly #deps: Pick<MediaDeps, 'recordings' | 'tracks' | 'blobs'>;
  readonly #found = new Map<BotId, Promise<readonly StoredTrack[]>>();

  constructor(deps: Pick<MediaDeps, 'recordings' | 'tracks' | 'blobs'>) {
    this.#deps = deps;
  }

  /** Those that have packets, without what the bot itself said. Throws as `findFinished` does. */
  list(botId: BotId): Promise<readonly StoredTrack[]> {
    const known = this.#found.get(botId);
    if (known) return known;
    const found = this.#find(botId);
    this.#found.set(botId, found);
    found.catch(() => this.#found.delete(botId));
    for (const oldest of this.#found.keys()) {
      if (this.#found.size <= MOST) break;
      this.#found.delete(oldest);
    }
    return found;
  }

  async #find(botId: BotId): Promise<StoredTrack[]> {
    const tracks = await this.#deps.tracks.list(botId);
    const owners = new Map(tracks.map(({ trackId, participantId }) => [trackId, participantId]));
    const own = new Set(tracks.flatMap(({ trackId, ownName }) => (ownName === undefined ? [] : [trackId])));
    const found = new Map<string, Mutable<StoredTrack>>();
    const none = { kind: 'audio' as const, width: 0, height: 0, frames: 0, droppedFrames: 0, bytes: 0, toMs: 0 };
    for await (const packets of readPackets(this.#deps, { botId, scope: 'all-accounts' })) {
      for (const packet of packets) {
        const { trackId, codec, at, payload } = packet;
        if (own.has(trackId)) continue;
        let track = found.get(trackId);
        if (!track) {
          const fromMs = Math.floor(at / SAMPLES_PER_MS);
          track = { ...none, trackId, codec, fromMs, participantId: owners.get(trackId) ?? '' };
          found.set(trackId, track);
        }
        // Millions of them in a long meeting.
        track.frames++;
        track.bytes += payload.byteLength;
        track.toMs = Math.max(track.toMs, Math.ceil((at + samplesOf(packet)) / SAMPLES_PER_MS));
      }
    }
    return [...found.values()];
  }
}
