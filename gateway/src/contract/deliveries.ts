import type { Delivery } from '@earshot/contract/notifier/v1/notifier.ts';

/** What was sent for a bot, and how each try went. */
export function toDeliveries(botId: string, deliveries: readonly Delivery[]) {
  return { bot_id: botId, deliveries: deliveries.map(toDelivery) };
}

export function toDelivery(delivery: Delivery) {
  return {
    message_id: delivery.messageId,
    event: delivery.label,
    url: withoutQuery(delivery.url),
    status: delivery.state.replace('DELIVERY_STATE_', '').toLowerCase(),
    created_at: delivery.createdAt?.toISOString() ?? null,
    next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
    attempts: delivery.attempts.map((attempt) => ({
      at: attempt.at?.toISOString() ?? null,
      status_code: attempt.status || null,
      latency_ms: attempt.latencyMs,
      error: attempt.error || null,
      response: attempt.responseExcerpt,
    })),
  };
}

/** A query may carry the receiver's own token. */
function withoutQuery(url: string): string {
  return url.split('?')[0] ?? url;
}
