import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactInfo } from '@earshot/contract/media/v1/artifacts.ts';
import {
  MediaServiceService,
  type Participant,
  type PausedInterval,
  type SpeakingInterval,
} from '@earshot/contract/media/v1/media.ts';
import { StoredTrack, type TrackFrame, type TrackKind } from '@earshot/contract/media/v1/video.ts';
import { Bot, BotServiceService, BotSpec } from '@earshot/contract/scheduler/v1/bots.ts';
import { openToAll, Watched } from '@earshot/harness';
import { AppError, silentLog, type MediaPlan } from '@earshot/kernel';
import { createRpcServer, toMediaPlanMessage, type Handlers, type ServiceDefinition } from '@earshot/rpc';

export interface StandInTrack {
  readonly trackId: string;
  readonly kind: TrackKind;
  readonly participantId: string;
  readonly codec: string;
  readonly frames: readonly TrackFrame[];
}

export interface StandInVisit {
  readonly plan: MediaPlan;
  readonly durationMs: number;
  readonly wav: Buffer;
  readonly people: Readonly<Record<string, string>>;
  readonly tracks: readonly StandInTrack[];
  readonly speaking?: readonly SpeakingInterval[];
  readonly paused?: readonly PausedInterval[];
}

export interface Kept {
  readonly info: ArtifactInfo;
  readonly path: string;
}

/** A media-streamer and a scheduler that have one visit, of every bot, over gRPC. */
export async function startStandIns(folder: string, visit: StandInVisit) {
  const kept = new Map<string, Kept>();
  const reads: string[] = [];
  const watched = new Watched();
  const refuse = () => Promise.reject(new AppError('internal', 'not part of this test'));
  const media: Partial<Handlers<typeof MediaServiceService>> = {
    async getRecording({ botId }) {
      return {
        ...{ botId, state: 'RECORDING_STATE_READY', startedAt: new Date(0), durationMs: visit.durationMs, detail: '' },
        ...{ bytes: visit.wav.length, sha256: '', accountId: 'account', droppedItems: 0, missingMs: 0, heardMs: 0 },
        paused: [...(visit.paused ?? [])],
      };
    },
    async getParticipants() {
      return {
        ownVoice: undefined,
        participants: Object.entries(visit.people).map(([participantId, name]): Participant => ({
          ...{
            participantId,
            name,
            joinedMs: 0,
            leftMs: 0,
            trackIds: [],
            alreadyPresent: false,
            stays: [{ joinedMs: 0, leftMs: 0 }],
          },
        })),
      };
    },
    async getSpeakerTimeline() {
      return { intervals: [...(visit.speaking ?? [])], ownVoice: [] };
    },
    async *readSpeech() {},
    async listTracks() {
      return {
        tracks: visit.tracks.map(({ trackId, kind, participantId, codec, frames }) =>
          StoredTrack.fromPartial({ trackId, kind, participantId, codec, frames: frames.length, droppedFrames: 3 }),
        ),
      };
    },
    async *readTrack({ trackId }) {
      reads.push(trackId);
      const frames = visit.tracks.find((track) => track.trackId === trackId)?.frames ?? [];
      for (let from = 0; from < frames.length; from += 50) yield { frames: frames.slice(from, from + 50) };
    },
    async *readRecording() {
      for (let from = 0; from < visit.wav.length; from += 256 * 1024)
        yield {
          ...{ totalBytes: visit.wav.length, contentType: 'audio/wav' },
          chunk: visit.wav.subarray(from, from + 256 * 1024),
        };
    },
    async *storeArtifact(requests) {
      let info: ArtifactInfo | undefined;
      const chunks: Uint8Array[] = [];
      for await (const { message } of requests) {
        if (message?.$case === 'artifact') info = message.value;
        if (message?.$case === 'chunk') chunks.push(message.value);
      }
      if (!info) throw new AppError('invalid-argument', 'an artifact has to be named');
      const path = join(
        folder,
        `${info.botId}-${info.artifactId}.${info.contentType.endsWith('mp4') ? 'mp4' : 'webm'}`,
      );
      await writeFile(path, Buffer.concat(chunks));
      kept.set(`${info.botId} ${info.artifactId}`, { info, path });
      watched.changed();
      yield info;
    },
  };
  const scheduler: Partial<Handlers<typeof BotServiceService>> = {
    async findBot({ botId }) {
      const spec = BotSpec.fromPartial({ media: toMediaPlanMessage(visit.plan) });
      return Bot.fromPartial({ botId, accountId: 'account', spec });
    },
  };
  const serve = async <D extends ServiceDefinition>(definition: D, known: Partial<Handlers<D>>) => {
    const server = createRpcServer({ listen: '127.0.0.1:0', log: silentLog });
    const handlers = new Proxy(known, { get: (target, name) => Reflect.get(target, name) ?? refuse });
    server.add(definition, handlers as Handlers<D>, openToAll(definition));
    return { server, address: `127.0.0.1:${await server.start()}` };
  };
  const servers = {
    media: await serve(MediaServiceService, media),
    scheduler: await serve(BotServiceService, scheduler),
  };
  return {
    peers: { media: servers.media.address, scheduler: servers.scheduler.address },
    reads,
    /** What was stored of a bot, by artifact id. */
    keptOf: (botId: string): ReadonlyMap<string, Kept> =>
      new Map(
        Array.from(kept.values(), (one) => [one.info.artifactId, one] as const).filter(
          ([, { info }]) => info.botId === botId,
        ),
      ),
    async [Symbol.asyncDispose]() {
      for (const { server } of Object.values(servers)) await server[Symbol.asyncDispose]();
    },
  };
}
