import type { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { AppError, isUuid, type BotId } from '@earshot/kernel';
import type { Handlers } from '@earshot/rpc';
import { openToken, signArtifact, signDebugArtifact } from '../actions/artifact-token.ts';
import type { MediaDeps } from '../actions/deps.ts';
import { eraseRecording } from '../actions/erase-recording.ts';
import { findFinished, findRecording } from '../actions/find-recording.ts';
import { keepDebugArtifact } from '../actions/keep-debug-artifact.ts';
import { mergeStretches } from '../domain/speaking.ts';
import { debugTypes } from '../domain/debug-artifact.ts';
import { WAV_TYPE } from '../record/finish-recording.ts';
import { readSpeech } from '../record/read-speech.ts';
import { checkArtifact, debugKindOf, readBlob, toDebugArtifactMessage } from './artifacts.ts';
import { ingest, type IngestDeps } from './ingest.ts';
import { toChatMessage, toParticipantMessage, toRecordingMessage } from './mapping.ts';

export function mediaService(deps: MediaDeps & IngestDeps): Handlers<typeof MediaServiceService> {
  return {
    ingest: (requests, call) => ingest(deps, requests, call),
    async getRecording({ botId }) {
      return toRecordingMessage(await findRecording(deps, botIdOf(botId)));
    },
    async getParticipants({ botId }) {
      await findRecording(deps, botIdOf(botId));
      const [participants, tracks] = await Promise.all([
        deps.participants.list(botIdOf(botId)),
        deps.tracks.list(botIdOf(botId)),
      ]);
      return { participants: participants.map((participant) => toParticipantMessage(participant, tracks)) };
    },
    async getSpeakerTimeline({ botId }) {
      await findFinished(deps, botIdOf(botId));
      return { stretches: mergeStretches(await deps.speaking.list(botIdOf(botId))) };
    },
    async getChat({ botId }) {
      await findRecording(deps, botIdOf(botId));
      return { messages: (await deps.chat.list(botIdOf(botId))).map(toChatMessage) };
    },
    async keepDebugArtifact({ botId, attempt, artifact, takenAt, reason, content }) {
      const kind = debugKindOf(artifact);
      if (!kind) throw new AppError('invalid-argument', 'no such debug artifact');
      const kept = { attempt, kind, takenAt: takenAt?.getTime() ?? deps.clock.now(), reason, content };
      await keepDebugArtifact(deps, botIdOf(botId), kept);
      return {};
    },
    async listDebugArtifacts({ botId }) {
      return { artifacts: (await deps.debugArtifacts.list(botIdOf(botId))).map(toDebugArtifactMessage) };
    },
    async signArtifact({ botId, artifact, attempt, expiresSeconds }) {
      const kind = debugKindOf(artifact);
      if (kind) {
        const signed = await signDebugArtifact(deps, { botId: botIdOf(botId), attempt, kind, expiresSeconds });
        return { ...signed, contentType: debugTypes[kind] };
      }
      checkArtifact(artifact);
      const signed = await signArtifact(deps, { botId: botIdOf(botId), expiresSeconds });
      return { ...signed, contentType: WAV_TYPE };
    },
    async *readArtifact({ token, offset, length }) {
      yield* readBlob(deps.blobs, openToken(deps, token), { offset, length });
    },
    async *readRecording({ botId, artifact }) {
      checkArtifact(artifact);
      const { key } = await findFinished(deps, botIdOf(botId));
      yield* readBlob(deps.blobs, key);
    },
    async *readSpeech({ botId, includeUnowned }) {
      for await (const { trackId, atMs, pcm } of readSpeech(deps, botIdOf(botId), { includeUnowned })) {
        yield { trackId, atMs, pcm: Buffer.from(pcm) };
      }
    },
    async erase({ botId }) {
      return { deletedObjects: await eraseRecording(deps, botIdOf(botId)) };
    },
  };
}

function botIdOf(text: string): BotId {
  if (!isUuid(text)) throw new AppError('not-found', 'no such bot', { fields: { botId: text } });
  return text as BotId;
}
