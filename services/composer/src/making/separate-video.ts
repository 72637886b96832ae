import { rm } from 'node:fs/promises';
import { ArtifactKind } from '@earshot/contract/media/v1/artifacts.ts';
import { TrackKind, type StoredTrack } from '@earshot/contract/media/v1/video.ts';
import { AppError } from '@earshot/kernel';
import type { TrackCodec } from '../mux/frame.ts';
import { contentTypeOf } from '../mux/packet-file.ts';
import { muxSegments, type Segment } from '../mux/segment-writer.ts';
import type { Maker, Making, MakingDeps } from './maker.ts';
import { readTrack } from './read-track.ts';
import { storeArtifact } from './store-artifact.ts';

const sources = {
  webcam: { of: TrackKind.WEBCAM, as: ArtifactKind.WEBCAM },
  'screen-share': { of: TrackKind.SCREEN_SHARE, as: ArtifactKind.SCREEN_SHARE },
} as const;
type Source = keyof typeof sources;

/** A file a stretch of each webcam and screen share, in the packets that came. */
export const makeSeparateVideo: Maker = async (deps, making) => {
  const { botId } = making.job;
  const { tracks } = await deps.media.listTracks({ botId });
  const names = await participantNames(deps, botId);
  const all = (Object.keys(sources) as Source[]).flatMap((source) =>
    tracks
      .filter(({ kind }) => kind === sources[source].of)
      .map((track, place) => ({ track, source, name: `${source}-${place}` })),
  );
  if (all.length === 0) return { state: 'skipped', detail: 'no video came' };
  let stored = 0;
  for (const [done, one] of all.entries()) {
    stored += await storeTrack(deps, making, { ...one, participantName: names.get(one.track.participantId) ?? '' });
    making.onProgress((done + 1) / all.length);
  }
  if (stored === 0) return { state: 'skipped', detail: 'no video came that can be shown' };
  return { state: 'ready', artifactId: '', durationMs: 0 };
};

interface TrackToStore {
  readonly track: StoredTrack;
  readonly source: Source;
  /** Of its artifacts, less the segment's number. */
  readonly name: string;
  readonly participantName: string;
}

/** Answers how many segments there are. */
async function storeTrack(
  { media, log }: MakingDeps,
  { job: { botId }, scratch, signal }: Making,
  { track, source, name, participantName }: TrackToStore,
): Promise<number> {
  const { trackId, participantId } = track;
  const codec = track.codec as TrackCodec;
  let segments = 0;
  const unreadable = (error: unknown) => {
    if (error instanceof AppError || signal.aborted) throw error;
    // Packets that are none cannot be written into a file.
    log.warn('a track cannot be written', { trackId, codec, segments });
  };
  const store = async () => {
    for await (const segment of muxSegments(readTrack(media, { botId, trackId }, signal), {
      folder: scratch,
      name,
      codec,
    })) {
      const artifact = {
        ...{ botId, trackId, participantId, participantName, codec, kind: sources[source].as },
        artifactId: `${name}-${segment.index}`,
        contentType: contentTypeOf(codec),
        ...aboutSegment(segment, track),
      };
      await storeArtifact(media, { path: segment.path, artifact }, signal);
      await rm(segment.path);
      segments++;
    }
  };
  await store().catch(unreadable);
  return segments;
}

function aboutSegment(segment: Segment, track: StoredTrack) {
  const { index, offsetMs, durationMs, frames, unusedFrames } = segment;
  const size = segment.width > 0 ? segment : track;
  return {
    ...{ segmentIndex: index, offsetMs, durationMs, frames, width: size.width, height: size.height },
    // What was dropped on the way here is known of the whole track only.
    droppedFrames: unusedFrames + (index === 0 ? track.droppedFrames : 0),
  };
}

/** Names by participant. */
async function participantNames(
  { media }: Pick<MakingDeps, 'media'>,
  botId: string,
): Promise<ReadonlyMap<string, string>> {
  const { participants } = await media.getParticipants({ botId });
  return new Map(participants.map(({ participantId, name }) => [participantId, name]));
}
