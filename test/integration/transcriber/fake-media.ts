import {
  MediaServiceService,
  type ReadSpeechResponse,
  type SpeakingInterval,
} from '@earshot/contract/media/v1/media.ts';
import { openToAll } from '@earshot/harness';
import { AppError, silentLog } from '@earshot/kernel';
import { createRpcServer, type Handlers } from '@earshot/rpc';

export interface FakeMedia extends AsyncDisposable {
  readonly address: string;
}

/** Who is there, by id, and who was marked as speaking: of a meeting that is heard as one mix. */
export interface FakeMarks {
  readonly intervals: readonly SpeakingInterval[];
  readonly names: Readonly<Record<string, string>>;
}

export interface FakeTracks {
  /** Chunks as the media-streamer sends them, and whose they are: name by track. */
  readonly chunks: readonly ReadSpeechResponse[];
  readonly owners: Readonly<Record<string, string>>;
}

/** A media-streamer that has this recording of every bot; as one mix, unless there are tracks. */
export async function startFakeMedia(
  wav: Buffer,
  tracks: FakeTracks = { chunks: [], owners: {} },
  marks: FakeMarks = { intervals: [], names: {} },
): Promise<FakeMedia> {
  const refuse = () => Promise.reject(new AppError('internal', 'not part of this test'));
  const known: Partial<Handlers<typeof MediaServiceService>> = {
    async getRecording({ botId }) {
      const state = 'RECORDING_STATE_READY' as const;
      const startedAt = new Date('2026-01-01T10:00:00Z');
      return {
        botId,
        state,
        startedAt,
        durationMs: 1,
        bytes: wav.length,
        sha256: '',
        accountId: 'account-1',
        droppedItems: 0,
        missingMs: 0,
        detail: '',
        paused: [],
      };
    },
    async *readSpeech() {
      yield* tracks.chunks;
    },
    async getParticipants() {
      const participants = Object.entries(tracks.owners).map(([trackId, name]) => ({
        ...{
          participantId: `id-${name}`,
          name,
          joinedMs: 0,
          leftMs: 0,
          trackIds: [trackId],
          alreadyPresent: false,
          stays: [],
        },
      }));
      const marked = Object.entries(marks.names).map(([participantId, name]) => ({
        ...{ participantId, name, joinedMs: 0, leftMs: 0, trackIds: [], alreadyPresent: false, stays: [] },
      }));
      return { participants: [...participants, ...marked], ownVoice: undefined };
    },
    async getSpeakerTimeline() {
      return { intervals: [...marks.intervals], ownVoice: [] };
    },
    async *readRecording() {
      yield { totalBytes: wav.length, contentType: 'audio/wav', chunk: wav };
    },
  };
  // The rest of the service, whatever it has, is no part of these tests.
  const handlers = new Proxy(known, { get: (target, name) => Reflect.get(target, name) ?? refuse });
  const server = createRpcServer({ listen: '127.0.0.1:0', log: silentLog });
  server.add(MediaServiceService, handlers as Handlers<typeof MediaServiceService>, openToAll(MediaServiceService));
  const port = await server.start();
  return { address: `127.0.0.1:${port}`, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
