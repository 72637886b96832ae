import { metrics, type Meter } from '@opentelemetry/api';

/** Metrics of set-aside facts. Exported when `OTEL_METRICS_EXPORTER` names an exporter. */
export function createFactMetrics(meter: Meter = metrics.getMeter('earshot.events')) {
  const setAside = meter.createCounter('earshot.facts.set_aside', {
    description: 'Facts that a consumer could not handle, by the code of their failure',
  });
  const waiting = meter.createGauge('earshot.facts.waiting', {
    description: 'Facts that are set aside at a consumer, those that wait behind others included',
  });
  return {
    setAside: (consumer: string, code: string) => setAside.add(1, { consumer, code }),
    waiting: (consumer: string, facts: number) => waiting.record(facts, { consumer }),
  };
}

export type FactMetrics = ReturnType<typeof createFactMetrics>;
