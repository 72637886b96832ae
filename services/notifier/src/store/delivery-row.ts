import type { AccountId, BotId } from '@earshot/kernel';
import { hashOf } from './url-hash.ts';
import type { AttemptError, DeliveryRecord, DeliveryState, QueueHead } from '../domain/delivery.ts';

const headColumns = `line_id, position, message_id, account_id, bot_id, url, body, content_type, label, traceparent, tries,
  next_attempt_at, exists (
    select 1 from endpoints where endpoints.account_id = deliveries.account_id and endpoints.url_hash = ${hashOf('deliveries.url')}
      and disabled_at is not null) as is_disabled`;

/** The first pending delivery of each queue that has one; `queues` is an array of their ids. */
export const headsOf = (
  queues: string,
) => `select head.* from unnest(${queues}::bigint[]) as line (id) cross join lateral (
  select ${headColumns} from deliveries
  where line_id = line.id and state = 'pending' order by position limit 1) as head`;

export interface HeadRow {
  line_id: number;
  position: number;
  message_id: string;
  account_id: string;
  bot_id: string;
  url: string;
  body: Buffer;
  content_type: string;
  label: string;
  traceparent: string | null;
  tries: number;
  next_attempt_at: Date;
  is_disabled: boolean;
}

export function fromHeadRow(row: HeadRow): QueueHead {
  return {
    position: row.position,
    messageId: row.message_id,
    accountId: row.account_id as AccountId,
    botId: row.bot_id as BotId,
    url: row.url,
    body: row.body,
    contentType: row.content_type,
    label: row.label,
    traceparent: row.traceparent ?? undefined,
    tries: row.tries,
    dueAt: row.next_attempt_at.getTime(),
    isDisabled: row.is_disabled,
  };
}

/** What lists show of a delivery, with all of its attempts. */
export const recordColumns = `message_id, bot_id, label, url, state, created_at, next_attempt_at, (
  select coalesce(json_agg(json_build_array(extract(epoch from at) * 1000, status, latency_ms, error,
    response_excerpt) order by attempt_id), '[]')
  from attempts where attempts.position = deliveries.position) as attempts`;

export interface RecordRow {
  message_id: string;
  bot_id: string;
  label: string;
  url: string;
  state: string;
  created_at: Date;
  next_attempt_at: Date | null;
  /** at, status, latency, error, excerpt. */
  attempts: [number, number, number, string, string][];
}

export function fromRecordRow(row: RecordRow): DeliveryRecord {
  return {
    messageId: row.message_id,
    botId: row.bot_id as BotId,
    label: row.label,
    url: row.url,
    state: row.state as DeliveryState,
    createdAt: row.created_at.getTime(),
    nextAttemptAt: row.next_attempt_at?.getTime(),
    attempts: row.attempts.map(([at, status, latencyMs, error, responseExcerpt]) => ({
      at,
      status,
      latencyMs,
      error: error as AttemptError | '',
      responseExcerpt,
    })),
  };
}
