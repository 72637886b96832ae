import { metrics, type Meter } from '@opentelemetry/api';
import { SECOND } from '@earshot/kernel';
import type { Usage } from './domain/usage.ts';

/** What speech providers will bill, as it comes. Exported when `OTEL_METRICS_EXPORTER` names where to. */
export function createUsageMeters(meter: Meter = metrics.getMeter('earshot.transcriber')): (usage: Usage) => void {
  const audio = meter.createCounter('earshot.transcriber.audio', {
    description: 'Audio that was sent to speech providers',
    unit: 's',
  });
  const open = meter.createCounter('earshot.transcriber.session.time', {
    description: 'How long live sessions with speech providers were open',
    unit: 's',
  });
  return ({ engine, audioMs, openMs }) => {
    audio.add(audioMs / SECOND, { engine });
    if (openMs > 0) open.add(openMs / SECOND, { engine });
  };
}
