import { context, propagation, type SpanKind, SpanStatusCode, trace, type Context } from '@opentelemetry/api';
import type { Metadata } from '@grpc/grpc-js';

const tracer = trace.getTracer('@earshot/rpc');

/** Puts the current trace into a call's metadata. */
export function injectTrace(metadata: Metadata): void {
  propagation.inject(context.active(), metadata, { set: (carrier, key, value) => carrier.set(key, value) });
}

/** The trace a call came with. */
export function extractTrace(metadata: Metadata): Context {
  return propagation.extract(context.active(), metadata, {
    keys: (carrier) => Object.keys(carrier.getMap()),
    get: (carrier, key) => carrier.get(key).map(String),
  });
}

/** Runs one call inside a span named after its path; a thrown error marks the span. */
export async function inSpan<T>(
  path: string,
  kind: SpanKind,
  options: { parent?: Context; run: () => Promise<T> },
): Promise<T> {
  const parent = options.parent ?? context.active();
  const span = tracer.startSpan(path.slice(1), { kind, attributes: { 'rpc.system': 'grpc' } }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), options.run);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.recordException(error as Error);
    throw error;
  } finally {
    span.end();
  }
}
