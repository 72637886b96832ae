import type { IngestStart, MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { MINUTE, type Clock, type Log } from '@earshot/kernel';
import type { RpcClient } from '@earshot/rpc';
import type { IngestBatch } from '../domain/ingest-batch.ts';
import { ReplayBuffer } from '../domain/replay-buffer.ts';
import { toIngestBatch } from './mapping.ts';
import { openReplayedStream, type ReplayedStream } from './replayed-stream.ts';

const KEPT = { maxMs: 5 * MINUTE, maxBytes: 16 * 1024 * 1024 };
const FINISH_MS = MINUTE;

export interface IngestStreamDeps {
  readonly client: Pick<RpcClient<typeof MediaServiceService>, 'ingest'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Called once, when the media-streamer first sent where to resume. */
  readonly onRecording: () => void;
}

/** What one bot's page gives but video, on its way to the media-streamer. */
export interface IngestStream extends Omit<ReplayedStream, 'wake'> {
  push(batch: IngestBatch): void;
}

export function openIngestStream(deps: IngestStreamDeps, start: IngestStart): IngestStream {
  const { client, clock, log } = deps;
  const buffer = new ReplayBuffer(KEPT);
  let reportedDrops = 0;
  const stream = openReplayedStream({
    ...{ clock, log, what: 'audio', buffer, start, toMessage: toIngestBatch, finishMs: FINISH_MS },
    call: (requests, options) => client.ingest(requests, options),
    onResumed: deps.onRecording,
  });
  return {
    ...stream,
    push(batch) {
      buffer.push(batch);
      if (buffer.droppedFrames >= reportedDrops + 1000) {
        reportedDrops = buffer.droppedFrames;
        log.warn('sound dropped while the media-streamer was away', { frames: reportedDrops });
      }
      stream.wake();
    },
  };
}
