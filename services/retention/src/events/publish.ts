import { randomUUID } from 'node:crypto';
import { ErasureEvent } from '@earshot/contract/retention/v1/events.ts';
import type { OutboxFact } from '@earshot/db';
import type { ErasureOutcome } from '../domain/erasure.ts';

/** All that retention publishes: erasures.<bot_id>.<erasure-done|erasure-failed>. */
export function encodeErasureFact(outcome: ErasureOutcome): OutboxFact {
  const id = randomUUID();
  const fact: ErasureEvent['fact'] =
    outcome.kind === 'erasure-done'
      ? { $case: 'erasureDone', value: { deletedObjects: outcome.deletedObjects } }
      : { $case: 'erasureFailed', value: { detail: outcome.detail, attempt: outcome.attempt } };
  const payload = ErasureEvent.encode({
    eventId: id,
    botId: outcome.botId,
    occurredAt: new Date(outcome.at),
    fact,
  }).finish();
  return { id, subject: `erasures.${outcome.botId}.${outcome.kind}`, payload };
}
