import { context, propagation, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import type { ConsumedEvent } from './fact.ts';

const tracer = trace.getTracer('@earshot/events');

/**
 * Begins a span for what is done with a fact, in the trace of its publisher. Undefined where nobody traces, which costs
 * nothing more than to look. The caller ends it.
 */
export function startFactSpan({ traceparent, subject, id }: ConsumedEvent): Span | undefined {
  if (traceparent === undefined) return undefined;
  const cause = propagation.extract(context.active(), { traceparent });
  // A bot's id would make a name of its own for each bot.
  const [domain = '', , what = ''] = subject.split('.');
  const attributes = { 'messaging.system': 'nats', 'messaging.message.id': id };
  return tracer.startSpan(`process ${domain}.${what}`, { kind: SpanKind.CONSUMER, attributes }, cause);
}

/** Runs what is done with a fact inside a span of its own, so that what comes of it belongs to the same trace. */
export async function inFactSpan<T>(fact: ConsumedEvent, run: () => Promise<T>): Promise<T> {
  const span = startFactSpan(fact);
  if (!span) return run();
  try {
    return await context.with(trace.setSpan(context.active(), span), run);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/** The context of a span as it travels; undefined for none. */
export function traceparentOf(span: Span | undefined): string | undefined {
  if (!span) return undefined;
  const carrier: { traceparent?: string } = {};
  propagation.inject(trace.setSpan(context.active(), span), carrier);
  return carrier.traceparent;
}
