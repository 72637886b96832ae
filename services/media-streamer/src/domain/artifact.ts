import { AppError } from '@earshot/kernel';

/**
 * mixed-audio: the whole visit. mixed-opus: the same, smaller. separate-audio: one participant's voice. webcam, screen-share: one track as
 * it came. video: everybody, composed.
 */
export type ArtifactKind = 'mixed-audio' | 'mixed-opus' | 'separate-audio' | 'webcam' | 'screen-share' | 'video';

/** pending: it will come. ready: stored, whole. failed, skipped: there is none, `detail` says why. */
export type ArtifactState = 'pending' | 'ready' | 'failed' | 'skipped';

/** A file that came of a visit, or is to. Lengths are milliseconds, places are those of the recording's timeline. */
export interface Artifact {
  /** Unique within the bot; the same each time the same is made. */
  readonly artifactId: string;
  readonly kind: ArtifactKind;
  readonly state: ArtifactState;
  /** Whose it is; empty for nobody's and for everybody's. */
  readonly participantId: string;
  readonly participantName: string;
  readonly trackId: string;
  /** Numbers the segments of one stream. */
  readonly segmentIndex: number;
  readonly contentType: string;
  readonly bytes: number;
  readonly durationMs: number;
  readonly offsetMs: number;
  readonly codec: string;
  /** Pixels; zero for audio. */
  readonly width: number;
  readonly height: number;
  readonly sampleRate: number;
  readonly channels: number;
  readonly frames: number;
  readonly droppedFrames: number;
  /** Of its bytes, lower-case hex; empty for one that is not there. */
  readonly sha256: string;
  readonly detail: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** An artifact, and where its bytes lie; none where there are none. */
export type StoredArtifact = Artifact & { readonly key: string | undefined };

const idPattern = /^[A-Za-z0-9-]{1,120}$/;

export const isArtifactId = (id: string): boolean => idPattern.test(id);

/** Throws `invalid-argument` for what cannot be an artifact's id. */
export function checkArtifactId(id: string): string {
  if (isArtifactId(id)) return id;
  throw new AppError('invalid-argument', 'artifact_id must be 1 to 120 letters, digits and dashes');
}
