import { metrics, type Meter } from '@opentelemetry/api';

export interface LiveMeters {
  /** How many this process streams now. */
  running(count: number): void;
  /** No process had room for so many. */
  refused(count: number): void;
  /** Fragments that a customer did not take in time, and time that was left out because this machine is short of it. */
  lost(loss: { fragments: number; skippedMs: number }): void;
  /** From a ping to the customer's answer. */
  roundTrip(ms: number): void;
}

/** What live videos cost and lose. Exported when `OTEL_METRICS_EXPORTER` names where to. */
export function createLiveMeters(meter: Meter = metrics.getMeter('earshot.composer')): LiveMeters {
  const running = meter.createGauge('earshot.composer.live', { description: 'Live videos that are streamed here' });
  const refused = meter.createCounter('earshot.composer.live.refused', {
    description: 'Live videos that no process had room for',
  });
  const dropped = meter.createCounter('earshot.composer.live.fragments.dropped', {
    description: 'Fragments that customers did not take in time',
  });
  const skipped = meter.createCounter('earshot.composer.live.skipped', {
    description: 'Time that is not in a live video because its encoder was short of it',
    unit: 'ms',
  });
  const trips = meter.createHistogram('earshot.composer.live.round_trip', {
    description: 'From a ping to the answer of a customer',
    unit: 'ms',
  });
  return {
    running: (count) => running.record(count),
    refused: (count) => refused.add(count),
    lost({ fragments, skippedMs }) {
      if (fragments > 0) dropped.add(fragments);
      if (skippedMs > 0) skipped.add(skippedMs);
    },
    roundTrip: (ms) => trips.record(ms),
  };
}
