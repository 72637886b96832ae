import { metrics } from '@opentelemetry/api';

const counter = metrics.getMeter('earshot.transcriber').createCounter('earshot.transcriber.passed_over', {
  description: 'Messages and words of speech providers that are not known or not readable, and were passed over',
});

/** A provider sent something unknown: it costs itself and nothing else, and is counted. */
export function passOver(engine: string, what: 'message' | 'word'): void {
  counter.add(1, { engine, what });
}
