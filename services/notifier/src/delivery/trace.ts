import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attempt, QueueHead } from '../domain/delivery.ts';

const tracer = trace.getTracer('@earshot/notifier');

/** Runs one attempt inside a span in the trace of the message's cause; as it is where nobody traces. */
export async function inAttemptSpan(head: QueueHead, run: () => Promise<Attempt>): Promise<Attempt> {
  const { traceparent, label, messageId, tries } = head;
  if (traceparent === undefined) return run();
  const cause = propagation.extract(context.active(), { traceparent });
  const attributes = { 'messaging.message.id': messageId, 'earshot.label': label, 'earshot.tries': tries };
  const span = tracer.startSpan('POST callback', { kind: SpanKind.CLIENT, attributes }, cause);
  try {
    const attempt = await context.with(trace.setSpan(cause, span), run);
    span.setAttribute('http.response.status_code', attempt.status);
    if (attempt.error !== '') span.setStatus({ code: SpanStatusCode.ERROR, message: attempt.error });
    return attempt;
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
