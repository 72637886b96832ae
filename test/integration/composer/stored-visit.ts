import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wavHeader } from '@earshot/audio';
import type { ArtifactInfo, StoreArtifactRequest } from '@earshot/contract/media/v1/artifacts.ts';
import { Participant, Recording, type SpeakingInterval } from '@earshot/contract/media/v1/media.ts';
import { StoredTrack, TrackKind } from '@earshot/contract/media/v1/video.ts';
import { silentLog, type AccountId, type BotId } from '@earshot/kernel';
import { systemClock } from '@earshot/service';
import type { Composition, CompositionKind, Outcome } from '../../../services/composer/src/domain/composition.ts';
import type { Making, MakingDeps } from '../../../services/composer/src/making/maker.ts';
import { makers } from '../../../services/composer/src/making/makers.ts';

const RATE = 48_000;
/** Frames of one answer. */
const TOGETHER = 50;

export interface VisitTrack {
  readonly trackId: string;
  readonly participantId: string;
  readonly codec: 'opus' | 'pcm';
  readonly frames: readonly { readonly atUs: number; readonly payload: Uint8Array }[];
}

export interface Visit {
  readonly durationMs: number;
  readonly participants: readonly Partial<Participant>[];
  readonly tracks: readonly VisitTrack[];
  readonly intervals?: readonly SpeakingInterval[];
  readonly mix?: Int16Array;
}

/** A file that a composer handed in. */
export interface Stored {
  readonly info: ArtifactInfo;
  readonly path: string;
}

/** Makes compositions of a visit as if a media-streamer had stored it. */
export async function makeOf(visit: Visit, kind: CompositionKind) {
  const folder = await mkdtemp(join(tmpdir(), 'composer-'));
  const stored: Stored[] = [];
  const progress: number[] = [];
  const botId = '00000000-0000-4000-8000-000000000001' as BotId;
  const at = { createdAt: 0, finishedAt: undefined, attempts: 1, progress: 0, detail: '', artifactId: '' };
  const job: Composition = {
    ...{ botId, kind, layout: undefined, accountId: 'account' as AccountId, isOrdered: true, state: 'running', ...at },
  };
  const making: Making = {
    ...{ job, kept: folder, scratch: folder, signal: AbortSignal.timeout(60_000) },
    onProgress: (share) => void progress.push(share),
  };
  const keep = async (info: ArtifactInfo, content: Buffer) => {
    const path = join(folder, `stored-${info.artifactId}`);
    await writeFile(path, content);
    stored.push({ info, path });
    return { ...info, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
  };
  const media = mediaOf(visit, keep);
  const deps = { media, threads: 1, clock: systemClock, log: silentLog } as unknown as MakingDeps;
  const outcome: Outcome = await makers[kind](deps, making);
  return { outcome, stored, progress, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

function mediaOf(visit: Visit, keep: (info: ArtifactInfo, content: Buffer) => Promise<ArtifactInfo>) {
  const { durationMs, participants, tracks, intervals = [], mix } = visit;
  return {
    getParticipants: async () => ({ participants: participants.map((each) => Participant.fromPartial(each)) }),
    getRecording: async () => Recording.fromPartial({ durationMs }),
    getSpeakerTimeline: async () => ({ intervals }),
    listTracks: async () => ({ tracks: tracks.map(toStored) }),
    async *readTrack({ trackId }: { trackId: string }) {
      const { frames } = tracks.find((track) => track.trackId === trackId)!;
      const whole = { keyFrame: true, width: 0, height: 0, afterGap: false };
      for (let at = 0; at < frames.length; at += TOGETHER)
        yield { frames: frames.slice(at, at + TOGETHER).map((frame) => ({ ...frame, ...whole })) };
    },
    async *readRecording() {
      const pcm = Buffer.from(mix!.buffer);
      const wav = Buffer.concat([wavHeader({ sampleRate: RATE, channels: 1, bytes: pcm.length }), pcm]);
      yield { totalBytes: wav.length, contentType: 'audio/wav', chunk: Buffer.alloc(0) };
      // Of no size that samples fit in.
      for (let at = 0; at < wav.length; at += 65_535)
        yield { totalBytes: 0, contentType: '', chunk: wav.subarray(at, at + 65_535) };
    },
    async *storeArtifact(requests: AsyncIterable<StoreArtifactRequest>) {
      const chunks: Buffer[] = [];
      let info: ArtifactInfo | undefined;
      for await (const { message } of requests) {
        if (message?.$case === 'artifact') info = message.value;
        if (message?.$case === 'chunk') chunks.push(message.value);
      }
      yield await keep(info!, Buffer.concat(chunks));
    },
  };
}

function toStored({ trackId, participantId, codec, frames }: VisitTrack): StoredTrack {
  const times = frames.map(({ atUs }) => atUs / 1000);
  const [fromMs, toMs] = [Math.min(...times), Math.max(...times) + 20];
  return StoredTrack.fromPartial({ trackId, participantId, codec, kind: TrackKind.AUDIO, fromMs, toMs });
}
