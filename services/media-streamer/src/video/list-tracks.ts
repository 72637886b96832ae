import type { MediaDeps } from '../actions/deps.ts';
import { findFinished, type Wanted } from '../actions/find-recording.ts';
import type { Participant } from '../domain/roster.ts';
import type { StoredTrack } from '../domain/stored-track.ts';
import type { VideoTrack } from '../domain/video-track.ts';
import type { AudioTracks } from './audio-tracks.ts';

export interface ListDeps extends Pick<MediaDeps, 'recordings' | 'participants' | 'videoTracks'> {
  readonly audioTracks: AudioTracks;
}

/** All tracks of a finished recording that have frames, by their first one. Throws as `findFinished` does. */
export async function listTracks(deps: ListDeps, wanted: Wanted): Promise<StoredTrack[]> {
  const { botId } = await findFinished(deps, wanted);
  const [participants, video] = await Promise.all([deps.participants.list(botId), deps.videoTracks.list(botId)]);
  const shown = video.filter(({ frames }) => frames > 0).map((track) => toStored(track, participants));
  return [...shown, ...(await deps.audioTracks.list(botId))].sort((one, other) => one.fromMs - other.fromMs);
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
