import { ArtifactKind, type ArtifactInfo } from '@earshot/contract/media/v1/artifacts.ts';
import { streamOf } from './file-names.ts';

/** An artifact, its name as a file, and a link to it. */
export interface Linked {
  readonly artifact: ArtifactInfo;
  readonly fileName: string;
  readonly url: string;
}

type ToSegment = (linked: Linked) => object;

/** Everybody's own audio, in the documented shape. `message`: why there is none; undefined where there is some. */
export function toAudioStreams(botId: string, files: readonly Linked[], message?: string) {
  const participants = byParticipant(files, ({ artifact, ...link }) => ({
    ...common({ artifact, ...link }),
    ...{ sample_rate: artifact.sampleRate, channels: artifact.channels, codec: artifact.codec },
  }));
  return {
    ...{ bot_id: botId, audio_status: 'Success', audio_streams_available: files.length > 0, participants },
    summary: { total_participants: participants.length, total_segments: files.length },
    ...(message !== undefined && { message }),
  };
}

/** Every webcam and screen share, in the documented shape. `message` as above. */
export function toRecordingStreams(botId: string, files: readonly Linked[], message?: string) {
  const toSegment: ToSegment = ({ artifact, ...link }) => ({
    ...common({ artifact, ...link }),
    ...{ width: artifact.width, height: artifact.height, codec: artifact.codec },
  });
  const of = (kind: ArtifactKind) => files.filter(({ artifact }) => artifact.kind === kind);
  const participants = byParticipant(of(ArtifactKind.WEBCAM), toSegment);
  const screenshares = byParticipant(of(ArtifactKind.SCREEN_SHARE), toSegment);
  const totals = { total_participants: participants.length, total_screenshares: screenshares.length };
  return {
    ...{ bot_id: botId, video_status: 'Success', recording_streams_available: files.length > 0 },
    ...{ participants, screenshares, summary: { ...totals, total_segments: files.length } },
    ...(message !== undefined && { message }),
  };
}

function common({ artifact, url, fileName }: Linked) {
  return {
    ...{ segment_index: artifact.segmentIndex, url, filename: fileName },
    duration_seconds: artifact.durationMs / 1000,
    // Ours: where it lies in the recording.
    offset_seconds: artifact.offsetMs / 1000,
  };
}

function byParticipant(files: readonly Linked[], toSegment: ToSegment) {
  // Whose nobody knows is not one person's.
  const people = Map.groupBy(files, ({ artifact }) => artifact.participantId || streamOf(artifact));
  return Array.from(people.values(), (own) => ({
    participant_name: own[0]?.artifact.participantName || 'Unknown',
    streams: Array.from(Map.groupBy(own, ({ artifact }) => streamOf(artifact)).values(), (segments) => ({
      stream_id: segments[0]?.artifact.trackId || segments[0]?.artifact.participantId || 'unknown',
      segments: segments.toSorted((a, b) => a.artifact.segmentIndex - b.artifact.segmentIndex).map(toSegment),
    })),
  }));
}
