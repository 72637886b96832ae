import { metrics, type Meter } from '@opentelemetry/api';
import { MINUTE, type Clock, type Log } from '@earshot/kernel';

const MIB = 1024 * 1024;

export interface SpaceDeps {
  /** Bytes that may still be written. Throws while the store is away. */
  readonly freeBytes: () => Promise<number>;
  /** Free space below which to log it, in MiB. */
  readonly lowMb: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter?: Meter;
}

/**
 * Measures the blob store's free space: a gauge, and while it is short a log entry a minute. New recordings are taken all the
 * same: a bot that is refused has lost its sound for certain, one that is taken may find room before its memory is full.
 */
export function createSpaceWatch({
  freeBytes,
  lowMb,
  clock,
  log,
  meter = metrics.getMeter('earshot.media-streamer'),
}: SpaceDeps): () => Promise<void> {
  const free = meter.createGauge('earshot.media-streamer.store.free', {
    description: 'Room that is left in the blob store',
    unit: 'By',
  });
  let saidAt = -Infinity;
  return async () => {
    const bytes = await freeBytes();
    free.record(bytes);
    const now = clock.now();
    if (bytes >= lowMb * MIB) saidAt = -Infinity;
    else if (now - saidAt >= MINUTE) {
      saidAt = now;
      log.error('the blob store is nearly full', { freeMb: Math.floor(bytes / MIB), lowMb });
    }
  };
}
