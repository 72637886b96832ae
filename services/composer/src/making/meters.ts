import { metrics, type Meter } from '@opentelemetry/api';
import { MINUTE, SECOND } from '@earshot/kernel';
import type { Composition, CompositionState, Outcome } from '../domain/composition.ts';

export interface ComposerMeters {
  /** How far one is, 0 to 1. */
  progress(job: Composition, share: number): void;
  /** Nothing is at it any more. */
  ended(job: Composition): void;
  finished(job: Composition, outcome: Outcome, tookMs: number): void;
}

/** What is open, how far it is, and what it costs. Exported when `OTEL_METRICS_EXPORTER` names where to. */
export function createComposerMeters(
  countOpen: () => Promise<Readonly<Partial<Record<CompositionState, number>>>>,
  meter: Meter = metrics.getMeter('earshot.composer'),
): ComposerMeters {
  const running = new Map<Composition, number>();
  const jobs = meter.createObservableGauge('earshot.composer.jobs', {
    description: 'Compositions that wait or are being made, of all composers',
  });
  jobs.addCallback(async (result) => {
    const open = await countOpen();
    for (const state of ['queued', 'running'] as const) result.observe(open[state] ?? 0, { state });
  });
  const shares = meter.createObservableGauge('earshot.composer.progress', {
    description: 'Share of each composition that is being made here that is done',
  });
  shares.addCallback((result) => {
    for (const [{ kind }, share] of running) result.observe(share, { kind });
  });
  const ends = meter.createCounter('earshot.composer.finished', { description: 'Compositions that came to an end' });
  const costs = meter.createHistogram('earshot.composer.cost', {
    description: 'Seconds that a minute of composed video took',
    unit: 's',
  });
  return {
    progress: (job, share) => void running.set(job, share),
    ended: (job) => void running.delete(job),
    finished(job, outcome, tookMs) {
      const { kind } = job;
      ends.add(1, { kind, state: outcome.state });
      if (outcome.state !== 'ready' || outcome.durationMs <= 0) return;
      costs.record(tookMs / SECOND / (outcome.durationMs / MINUTE), { kind });
    },
  };
}
