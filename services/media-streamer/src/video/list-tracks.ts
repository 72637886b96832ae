import type { MediaDeps } from '../actions/deps.ts';
import { findFinished, type Wanted } from '../actions/find-recording.ts';
import { SAMPLES_PER_MS } from '../domain/recording.ts';
import type { Participant } from '../domain/roster.ts';
import type { VideoCodec, VideoSource } from '../domain/video-frame.ts';
import type { VideoTrack } from '../domain/video-track.ts';
import { readPackets, samplesOf } from './read-packets.ts';

/** One sender's track as it is stored. Times are milliseconds of the recording. */
export interface StoredTrack {
  readonly trackId: string;
  readonly kind: 'audio' | VideoSource;
  /** As the recording's participants have it; empty for a track that is nobody's as far as is known. */
  readonly participantId: string;
  readonly codec: 'opus' | 'pcm' | VideoCodec;
  readonly width: number;
  readonly height: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly frames: number;
  readonly droppedFrames: number;
  readonly bytes: number;
}

type ListDeps = Pick<MediaDeps, 'recordings' | 'participants' | 'tracks' | 'videoTracks' | 'blobs'>;

/** All tracks of a finished recording that have frames, by their first one. Throws as `findFinished` does. */
export async function listTracks(deps: ListDeps, wanted: Wanted): Promise<StoredTrack[]> {
  const { botId } = await findFinished(deps, wanted);
  const [participants, video] = await Promise.all([deps.participants.list(botId), deps.videoTracks.list(botId)]);
  const shown = video.filter(({ frames }) => frames > 0).map((track) => toStored(track, participants));
  return [...shown, ...(await audioTracks(deps, wanted))].sort((one, other) => one.fromMs - other.fromMs);
}

function toStored({ source: kind, ...track }: VideoTrack, participants: readonly Participant[]): StoredTrack {
  const { trackId, codec, width, height, fromMs, toMs, frames, droppedFrames, bytes } = track;
  const about = { trackId, kind, codec, width, height, fromMs, toMs, frames, droppedFrames, bytes };
  return { ...about, participantId: ownerOf(track, new Set(participants.map(({ participantId }) => participantId))) };
}

/** Whom a page's id means: one that an earlier epoch gave to somebody else has its epoch's prefix. */
function ownerOf(
  { idPrefix, participantId }: Pick<VideoTrack, 'idPrefix' | 'participantId'>,
  known: ReadonlySet<string>,
): string {
  return [`${idPrefix}${participantId}`, participantId].find((id) => participantId !== '' && known.has(id)) ?? '';
}

async function audioTracks(deps: ListDeps, { botId, scope }: Wanted): Promise<StoredTrack[]> {
  const owners = new Map((await deps.tracks.list(botId)).map((track) => [track.trackId, track.participantId]));
  const found = new Map<string, StoredTrack>();
  for await (const packets of readPackets(deps, { botId, scope })) {
    for (const packet of packets) {
      const { trackId, codec, at, payload } = packet;
      const none = { kind: 'audio' as const, width: 0, height: 0, frames: 0, droppedFrames: 0, bytes: 0 };
      const fromMs = Math.floor(at / SAMPLES_PER_MS);
      const track = found.get(trackId) ?? {
        ...{ ...none, trackId, codec, fromMs, toMs: fromMs, participantId: owners.get(trackId) ?? '' },
      };
      const toMs = Math.ceil((at + samplesOf(packet)) / SAMPLES_PER_MS);
      found.set(trackId, {
        ...track,
        ...{ frames: track.frames + 1, bytes: track.bytes + payload.byteLength },
        ...{ fromMs: Math.min(track.fromMs, fromMs), toMs: Math.max(track.toMs, toMs) },
      });
    }
  }
  return [...found.values()];
}
