import { rm } from 'node:fs/promises';
import { ArtifactKind } from '@earshot/contract/media/v1/artifacts.ts';
import type { Participant } from '@earshot/contract/media/v1/media.ts';
import { TrackKind, type StoredTrack } from '@earshot/contract/media/v1/video.ts';
import { presencesOf } from '../domain/presences.ts';
import { writeAudioSegments, type AudioSegment } from '../mux/audio-segments.ts';
import type { AudioFrame } from '../mux/audio-file.ts';
import { mergeTracks } from '../mux/merge-tracks.ts';
import { createMixedAudioFile } from '../mux/mixed-audio-file.ts';
import { createPacketAudioFile } from '../mux/packet-audio-file.ts';
import type { Maker, Making, MakingDeps } from './maker.ts';
import { readMix } from './read-mix.ts';
import { readTrack } from './read-track.ts';
import { spokenInMix } from './spoken-in-mix.ts';
import { storeArtifact } from './store-artifact.ts';

/** What is heard of one participant, by its times. */
interface Voice {
  readonly participant: Participant;
  readonly frames: () => AsyncIterable<AudioFrame>;
  /** Whether its packets can stay as they came: one track at a time, in Opus. */
  readonly isPlain: boolean;
  /** Where it is all of one track. */
  readonly trackId: string;
}

/**
 * A file a stay of each participant. Where tracks are known to be somebody's, of their packets; else of the mix, cut by who was
 * marked as speaking.
 */
export const makeSeparateAudio: Maker = async (deps, making) => {
  const { botId } = making.job;
  const [{ participants }, { durationMs }] = await Promise.all([
    deps.media.getParticipants({ botId }),
    deps.media.getRecording({ botId }),
  ]);
  const voices = await voicesOf(deps, making, participants);
  if (voices.length === 0) return { state: 'skipped', detail: 'nobody is known whose audio it is' };
  let stored = 0;
  for (const [done, voice] of voices.entries()) {
    const name = `audio-${participants.indexOf(voice.participant)}`;
    stored += await storeVoice(deps, making, { ...voice, name, endMs: durationMs });
    making.onProgress((done + 1) / voices.length);
  }
  if (stored === 0) return { state: 'skipped', detail: 'no audio came of anybody' };
  return { state: 'ready', artifactId: '', durationMs: 0 };
};

async function voicesOf(
  { media }: MakingDeps,
  { job: { botId }, signal }: Making,
  participants: readonly Participant[],
): Promise<Voice[]> {
  const { tracks } = await media.listTracks({ botId });
  const audio = tracks.filter(({ kind }) => kind === TrackKind.AUDIO);
  const owned = participants.flatMap((participant): Voice[] => {
    const own = audio.filter(({ participantId }) => participantId === participant.participantId);
    if (own.length === 0) return [];
    const frames = () => mergeTracks(own.map((track) => framesOf(track)));
    return [{ participant, frames, isPlain: isPlain(own), trackId: own.length === 1 ? (own[0]?.trackId ?? '') : '' }];
  });
  async function* framesOf({ trackId, codec }: StoredTrack): AsyncGenerator<AudioFrame> {
    for await (const { atUs, payload } of readTrack(media, { botId, trackId }, signal))
      yield { trackId, atUs, payload, codec: codec === 'pcm' ? 'pcm' : 'opus' };
  }
  if (owned.length > 0) return owned;
  const { intervals } = await media.getSpeakerTimeline({ botId });
  return participants.flatMap((participant): Voice[] => {
    const own = intervals.filter(({ participantId }) => participantId === participant.participantId);
    if (own.length === 0) return [];
    const frames = () => spokenInMix(readMix(media, botId, signal), own);
    return [{ participant, frames, isPlain: false, trackId: '' }];
  });
}

function isPlain(tracks: readonly StoredTrack[]): boolean {
  const inOrder = tracks.toSorted((a, b) => Number(a.fromMs - b.fromMs));
  const overlap = inOrder.some(({ toMs }, index) => toMs > (inOrder[index + 1]?.fromMs ?? Infinity));
  return !overlap && tracks.every(({ codec }) => codec !== 'pcm');
}

/** Answers how many files it came to. */
async function storeVoice(
  { media }: MakingDeps,
  { job: { botId }, scratch, signal }: Making,
  { participant, frames, isPlain, trackId, name, endMs }: Voice & { name: string; endMs: number },
): Promise<number> {
  const presences = presencesOf(participant.stays, endMs);
  const create = isPlain ? createPacketAudioFile : createMixedAudioFile;
  let files = 0;
  for await (const segment of writeAudioSegments(frames(), { folder: scratch, name, presences, create, signal })) {
    const about = { participantId: participant.participantId, participantName: participant.name, trackId };
    await storeArtifact(
      media,
      { path: segment.path, artifact: { botId, ...about, ...aboutFile(segment, name) } },
      signal,
    );
    await rm(segment.path);
    files++;
  }
  return files;
}

function aboutFile({ index, offsetMs, durationMs }: AudioSegment, name: string) {
  return {
    ...{ artifactId: `${name}-${index}`, kind: ArtifactKind.SEPARATE_AUDIO, segmentIndex: index },
    ...{ contentType: 'audio/webm', codec: 'opus', sampleRate: 48_000, channels: 1, offsetMs, durationMs },
  };
}
