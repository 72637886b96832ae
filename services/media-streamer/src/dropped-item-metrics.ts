import { metrics, type Meter } from '@opentelemetry/api';
import type { Log } from '@earshot/kernel';
import type { DroppedItems } from './domain/dropped-items.ts';

/** Reports items that were left out to operators: the log why, the counter how many. */
export function createDroppedItemMetrics(
  log: Log,
  meter: Meter = metrics.getMeter('earshot.media-streamer'),
): (dropped: DroppedItems) => void {
  const items = meter.createCounter('earshot.media.items.dropped', {
    description: 'Participants, tracks, chat messages and the like of a page that no table takes',
    unit: '{item}',
  });
  return ({ botId, counts, error }) => {
    log.warn('items that cannot be stored are left out', { botId, ...counts, error });
    for (const [kind, count] of Object.entries(counts)) items.add(count, { kind });
  };
}
