import type {
  Endpoint,
  ListDeadDeliveriesResponse,
  SigningSecretsResponse,
} from '@earshot/contract/notifier/v1/notifier.ts';
import { z } from 'zod';
import { toDelivery } from './deliveries.ts';
import { parseJoinAt } from './join-at.ts';
import { ifWanted } from './unwanted.ts';

const time = z.string().transform((text, context) => {
  const at = parseJoinAt(text);
  if (at !== undefined) return new Date(at);
  context.addIssue({ code: 'custom', message: 'must be a time such as 2024-01-15T14:30:00Z' });
  return z.NEVER;
});
const bounds = { from: ifWanted(time.optional()), to: ifWanted(time.optional()) };

/** Which dead deliveries are shown: stored in [from, to). */
export const deadQuery = z.strictObject({
  ...bounds,
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** What the page before answered: a whole number. */
  cursor: z
    .string('is not one of ours')
    .regex(/^\d{0,15}$/, 'is not one of ours')
    .default(''),
});

/** Which dead deliveries are sent again. `from` has to be there: nobody means all of them by leaving it out. */
export const redeliverRangeBody = z.strictObject({ ...bounds, from: time });

/** Which of a bot's deliveries are sent again; all dead ones when none are named. */
export const redeliverBody = z.strictObject({
  message_ids: ifWanted(z.array(z.string()).max(1000).default([])),
});

export const enableEndpointBody = z.strictObject({ url: z.string().min(1).max(8192) });

/** How long the older secrets go on being signed with; a day by default, at most a week. */
export const rotateSecretBody = z.strictObject({
  overlap_hours: ifWanted(z.number().min(0).max(168).default(24)),
});

export function toDeadPage({ deliveries, nextPageToken }: ListDeadDeliveriesResponse) {
  return {
    deliveries: deliveries.map((delivery) => ({ bot_id: delivery.botId, ...toDelivery(delivery) })),
    hasNextPage: nextPageToken !== '',
    nextCursor: nextPageToken || null,
  };
}

/** The address is shown whole: it is the caller's own, and what it is enabled by. */
export function toEndpoints(endpoints: readonly Endpoint[]) {
  return {
    endpoints: endpoints.map((endpoint) => ({
      url: endpoint.url,
      status: endpoint.disabledAt ? 'disabled' : 'failing',
      failing_since: endpoint.failingSince?.toISOString() ?? null,
      last_error: endpoint.lastError || null,
      last_status_code: endpoint.lastStatus || null,
      disabled_at: endpoint.disabledAt?.toISOString() ?? null,
      disabled_reason: endpoint.disabledReason || null,
    })),
  };
}

export function toSecrets({ secrets }: SigningSecretsResponse) {
  return {
    secrets: secrets.map(({ secret, createdAt, validUntil }) => ({
      secret,
      created_at: createdAt?.toISOString() ?? null,
      valid_until: validUntil?.toISOString() ?? null,
    })),
  };
}
