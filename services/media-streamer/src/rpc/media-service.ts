import type { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { AppError, isUuid, type BotId } from '@earshot/kernel';
import type { CallContext, Handlers } from '@earshot/rpc';
import {
  openToken,
  signArtifact,
  signDebugArtifact,
  signStoredArtifact,
  type OpenedToken,
} from '../actions/artifact-token.ts';
import type { MediaDeps } from '../actions/deps.ts';
import { eraseRecording } from '../actions/erase-recording.ts';
import {
  findArtifact,
  findArtifacts,
  findDebugArtifacts,
  findFinished,
  findRecording,
  type Wanted,
} from '../actions/find-recording.ts';
import { keepDebugArtifact } from '../actions/keep-debug-artifact.ts';
import { mergePauses } from '../domain/pauses.ts';
import { isOwnVoice } from '../domain/own-voice.ts';
import { mergeSpeakingIntervals } from '../domain/speaking.ts';
import { debugTypes } from '../domain/debug-artifact.ts';
import { DecodedParts } from '../record/decoded-parts.ts';
import { blobContent, recordedContent, type ArtifactContent } from '../record/artifact-content.ts';
import { WAV_TYPE } from '../record/read-wav.ts';
import { readSpeech } from '../speech/read-speech.ts';
import { AudioTracks } from '../video/audio-tracks.ts';
import { listTracks } from '../video/list-tracks.ts';
import { readTrack } from '../video/read-track.ts';
import { fromKinds, mixOf, toArtifactMessage } from './artifact-words.ts';
import { checkArtifact, debugKindOf, readContent, toDebugArtifactMessage } from './artifacts.ts';
import { storeStreamedArtifact } from './store-artifact.ts';
import { checkAssigned, ingest } from './ingest.ts';
import { ingestVideo, type IngestVideoDeps } from './ingest-video.ts';
import { watch, type WatchDeps } from './watch.ts';
import { toStoredTrackMessage, toTrackFrame } from './video-words.ts';
import { toChatMessage, toOwnVoiceMessage, toParticipantMessage, toRecordingMessage } from './mapping.ts';

export function mediaService(deps: MediaDeps & IngestVideoDeps & WatchDeps): Handlers<typeof MediaServiceService> {
  const audioTracks = new AudioTracks(deps);
  const decodedParts = new DecodedParts();
  return {
    ingest: (requests, call) => ingest(deps, requests, call),
    ingestVideo: (requests, call) => ingestVideo(deps, requests, call),
    watch: (requests, call) => watch(deps, requests, call),
    async listTracks({ botId }, call) {
      return {
        tracks: (await listTracks({ ...deps, audioTracks }, wanted({ botId }, call))).map(toStoredTrackMessage),
      };
    },
    async *readTrack({ botId, trackId }, call) {
      for await (const frames of readTrack(deps, wanted({ botId }, call), trackId)) {
        yield { frames: frames.map(toTrackFrame) };
      }
    },
    async getRecording(request, call) {
      const recording = await findRecording(deps, wanted(request, call));
      const [participants, pauses] = await Promise.all([
        deps.participants.list(recording.botId),
        deps.pauses.list(recording.botId),
      ]);
      return toRecordingMessage(recording, { hadOthers: participants.length > 0, paused: mergePauses(pauses) });
    },
    async getParticipants({ botId }, call) {
      await findRecording(deps, wanted({ botId }, call));
      const [participants, tracks] = await Promise.all([
        deps.participants.list(botIdOf(botId)),
        deps.tracks.list(botIdOf(botId)),
      ]);
      const others = tracks.filter(({ ownName }) => ownName === undefined);
      return {
        participants: participants.map((participant) => toParticipantMessage(participant, others)),
        ownVoice: toOwnVoiceMessage(tracks),
      };
    },
    async getSpeakerTimeline({ botId }, call) {
      await findFinished(deps, wanted({ botId }, call));
      const intervals = mergeSpeakingIntervals(await deps.speaking.list(botIdOf(botId)));
      const [ownVoice, others] = [intervals.filter(isOwnVoice), intervals.filter((each) => !isOwnVoice(each))];
      return { intervals: others, ownVoice };
    },
    async getChat({ botId }, call) {
      await findRecording(deps, wanted({ botId }, call));
      return { messages: (await deps.chat.list(botIdOf(botId))).map(toChatMessage) };
    },
    async keepDebugArtifact({ botId, attempt, artifact, takenAt, reason, content, assignmentToken }) {
      checkAssigned(deps, { botId, epoch: attempt }, assignmentToken);
      const kind = debugKindOf(artifact);
      if (!kind) throw new AppError('invalid-argument', 'no such debug artifact');
      const kept = { attempt, kind, takenAt: takenAt?.getTime() ?? deps.clock.now(), reason, content };
      await keepDebugArtifact(deps, botIdOf(botId), kept);
      return {};
    },
    async listDebugArtifacts(request, call) {
      return { artifacts: (await findDebugArtifacts(deps, wanted(request, call))).map(toDebugArtifactMessage) };
    },
    async listArtifacts({ botId, kinds }, call) {
      const about = wanted({ botId }, call);
      const [stored, recording] = await Promise.all([findArtifacts(deps, about), deps.recordings.find(about.botId)]);
      const mix = recording && mixOf(recording);
      const asked = fromKinds(kinds);
      const shown = [...(mix ? [mix] : []), ...stored].filter(({ kind }) => asked?.has(kind) ?? true);
      return { artifacts: shown.map((artifact) => toArtifactMessage(about.botId, artifact)) };
    },
    storeArtifact: (requests) => storeStreamedArtifact(deps, requests),
    async signArtifact({ botId, artifact, artifactId, attempt, expiresSeconds }, call) {
      const about = wanted({ botId }, call);
      if (artifactId !== '') {
        const { token, artifact: stored } = await signStoredArtifact(deps, { ...about, artifactId, expiresSeconds });
        return { token, bytes: stored.bytes, contentType: stored.contentType };
      }
      const kind = debugKindOf(artifact);
      if (kind) {
        const signed = await signDebugArtifact(deps, { ...about, attempt, kind, expiresSeconds });
        return { ...signed, contentType: debugTypes[kind] };
      }
      checkArtifact(artifact);
      const signed = await signArtifact(deps, { ...about, expiresSeconds });
      return { ...signed, contentType: WAV_TYPE };
    },
    async *readArtifact({ token, offset, length, suffixLength }) {
      yield* readContent(await contentOf({ ...deps, decodedParts }, openToken(deps, token)), {
        offset,
        length,
        suffixLength,
      });
    },
    async *readRecording({ botId, artifact, artifactId }, call) {
      if (artifactId !== '') {
        const { key } = await findArtifact(deps, wanted({ botId }, call), artifactId);
        return yield* readContent(await blobContent(deps.blobs, key));
      }
      checkArtifact(artifact);
      const recording = await findFinished(deps, wanted({ botId }, call));
      yield* readContent(await recordedContent({ ...deps, decodedParts }, recording.botId));
    },
    async *readSpeech({ botId, includeUnowned }, call) {
      for await (const { trackId, atMs, pcm } of readSpeech(deps, wanted({ botId }, call), { includeUnowned })) {
        yield { trackId, atMs, pcm: Buffer.from(pcm) };
      }
    },
    async erase({ botId, final: isFinal }) {
      const { deleted, total, isUnfinished } = await eraseRecording(deps, botIdOf(botId), { isFinal });
      return { deletedObjects: deleted, totalObjects: total, unfinished: isUnfinished };
    },
  };
}

async function contentOf(
  deps: MediaDeps & { decodedParts: DecodedParts },
  opened: OpenedToken,
): Promise<ArtifactContent> {
  const { botId } = opened;
  switch (opened.opens) {
    case 'mixed-audio':
      return recordedContent(deps, botId);
    case 'blob':
      return blobContent(deps.blobs, opened.key);
    case 'artifact': {
      const { key } = await findArtifact(deps, { botId, scope: 'all-accounts' }, opened.artifactId);
      return blobContent(deps.blobs, key);
    }
  }
}

/** Which bot's, for whom. */
function wanted({ botId }: { botId: string }, { caller: { scope } }: CallContext): Wanted {
  return { botId: botIdOf(botId), scope };
}

function botIdOf(text: string): BotId {
  if (!isUuid(text)) throw new AppError('not-found', 'no such bot', { fields: { botId: text } });
  return text as BotId;
}
