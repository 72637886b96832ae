import { randomUUID } from 'node:crypto';
import { ErasureEvent } from '@earshot/contract/retention/v1/events.ts';
import type { OutboxFact } from '@earshot/db';
import type { ErasureNews } from '../domain/erasure.ts';

/** The whole of what retention says: erasures.<bot_id>.<erasure-done|erasure-failed>. */
export function encodeErasureNews(news: ErasureNews): OutboxFact {
  const id = randomUUID();
  const fact: ErasureEvent['fact'] =
    news.kind === 'erasure-done'
      ? { $case: 'erasureDone', value: { deletedObjects: news.deletedObjects } }
      : { $case: 'erasureFailed', value: { detail: news.detail, attempt: news.attempt } };
  const payload = ErasureEvent.encode({ eventId: id, botId: news.botId, occurredAt: new Date(news.at), fact }).finish();
  return { id, subject: `erasures.${news.botId}.${news.kind}`, payload };
}
