import {
  ArtifactKind as Kinds,
  ArtifactState as States,
  type ArtifactInfo,
  type ArtifactKind as KindMessage,
  type ArtifactState as StateMessage,
} from '@earshot/contract/media/v1/artifacts.ts';
import { AppError, type BotId } from '@earshot/kernel';
import { checkArtifactId, type Artifact, type ArtifactKind, type ArtifactState } from '../domain/artifact.ts';
import { durationMsOf, SAMPLES_PER_MS, type Recording } from '../domain/recording.ts';
import { WAV_TYPE } from '../record/read-wav.ts';

const kinds: Readonly<Record<ArtifactKind, KindMessage>> = {
  'mixed-audio': Kinds.MIXED_AUDIO,
  'mixed-opus': Kinds.MIXED_OPUS,
  'separate-audio': Kinds.SEPARATE_AUDIO,
  webcam: Kinds.WEBCAM,
  'screen-share': Kinds.SCREEN_SHARE,
  video: Kinds.VIDEO,
};
const states: Readonly<Record<ArtifactState, StateMessage>> = {
  pending: States.PENDING,
  ready: States.READY,
  failed: States.FAILED,
  skipped: States.SKIPPED,
};

export function toArtifactMessage(botId: BotId, artifact: Artifact): ArtifactInfo {
  const { kind, state, createdAt, ...rest } = artifact;
  const known = { ...rest, kind: kinds[kind], state: states[state], createdAt: new Date(createdAt) };
  return { ...withoutKey(known), botId };
}

/** Where its bytes lie is nobody else's business. */
function withoutKey<T extends object>(artifact: T): T {
  const { key: _, ...shown } = artifact as T & { key?: unknown };
  return shown as unknown as T;
}

/** What is to be stored. Throws `invalid-argument` where it is not complete. */
export function fromArtifactMessage(message: ArtifactInfo): Artifact {
  const kind = wordOf(kinds, message.kind);
  const state = wordOf(states, message.state);
  if (!kind || !state) throw new AppError('invalid-argument', 'the artifact has no kind or no state');
  if (kind === 'mixed-audio') throw new AppError('invalid-argument', 'the mix is no artifact to be stored');
  const { botId: _, createdAt: __, ...rest } = message;
  const artifactId = checkArtifactId(message.artifactId);
  return { ...rest, artifactId, kind, state, bytes: 0, sha256: '', createdAt: 0 };
}

/** Kinds that were asked for; undefined: all. */
export function fromKinds(asked: readonly KindMessage[]): ReadonlySet<ArtifactKind> | undefined {
  return asked.length === 0 ? undefined : new Set(asked.flatMap((kind) => wordOf(kinds, kind) ?? []));
}

/** The mix as an artifact: it lies in parts that the recordings table knows. Undefined where there is none, and none will be. */
export function mixOf(recording: Recording): Artifact | undefined {
  const stateOf: Partial<Record<Recording['state'], ArtifactState>> = {
    recording: 'pending',
    finishing: 'pending',
    ready: 'ready',
    failed: 'failed',
  };
  const state = stateOf[recording.state];
  if (!state) return undefined;
  return {
    ...{ artifactId: 'mixed-audio', kind: 'mixed-audio', state, participantId: '', participantName: '', trackId: '' },
    ...{ segmentIndex: 0, contentType: WAV_TYPE, bytes: recording.bytes, sha256: recording.sha256 },
    ...{ durationMs: durationMsOf(recording), offsetMs: 0, codec: 'pcm', width: 0, height: 0 },
    ...{ sampleRate: SAMPLES_PER_MS * 1000, channels: 1, frames: 0, droppedFrames: 0 },
    ...{ detail: recording.storeTrouble ?? '', createdAt: recording.endedAt ?? recording.startedAt },
  };
}

function wordOf<Word extends string>(words: Readonly<Record<Word, string>>, message: string): Word | undefined {
  return (Object.keys(words) as Word[]).find((word) => words[word] === message);
}
