import {
  type Delivery as DeliveryMessage,
  type DeliverLiveRequest,
  type DeliveryState as StateMessage,
  type Message as MessageMessage,
} from '@earshot/contract/notifier/v1/notifier.ts';
import { AppError, type AccountId, type BotId } from '@earshot/kernel';
import type { DeliveryRecord, Message } from '../domain/delivery.ts';
import type { LiveMessage } from '../live/live-buffer.ts';

/** What can stand in a header, as one word. */
const token = /^[\x21-\x7e]{1,255}$/;
/** https://www.w3.org/TR/trace-context/#traceparent-header */
const traceContext = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const mediaType = /^[\x20-\x7e]{1,255}$/;

/** Throws `invalid-argument` that names the message and its field. */
export function fromMessages(messages: readonly MessageMessage[]): Message[] {
  return messages.map((message, at) => {
    try {
      return fromMessage(message);
    } catch (error) {
      throw error instanceof AppError ? new AppError(error.code, `messages[${at}].${error.message}`) : error;
    }
  });
}

function fromMessage(message: MessageMessage): Message {
  const contentType = message.contentType || 'application/json';
  if (!mediaType.test(contentType)) throw new AppError('invalid-argument', 'content_type cannot be sent');
  return {
    messageId: tokenOf(message.messageId, 'message_id'),
    accountId: accountIdOf(message.accountId),
    botId: botIdOf(message.botId),
    url: urlOf(message.url, ['http:', 'https:']),
    body: message.body,
    contentType,
    label: message.label.replaceAll('\0', ''),
    ...(traceContext.test(message.traceparent ?? '') ? { traceparent: message.traceparent } : {}),
  };
}

export function fromLiveRequest(request: DeliverLiveRequest): Omit<LiveMessage, 'queuedAt'> {
  return {
    messageId: tokenOf(request.messageId, 'message_id'),
    accountId: accountIdOf(request.accountId),
    botId: botIdOf(request.botId),
    url: urlOf(request.url, ['http:', 'https:', 'ws:', 'wss:']),
    body: request.body,
    supersedesKey: request.supersedesKey,
  };
}

export function botIdOf(text: string): BotId {
  return tokenOf(text, 'bot_id') as BotId;
}

export function accountIdOf(text: string): AccountId {
  return tokenOf(text, 'account_id') as AccountId;
}

export function toDeliveryMessage(record: DeliveryRecord): DeliveryMessage {
  return {
    messageId: record.messageId,
    botId: record.botId,
    label: record.label,
    url: record.url,
    state: `DELIVERY_STATE_${record.state.toUpperCase()}` as StateMessage,
    createdAt: new Date(record.createdAt),
    nextAttemptAt: record.nextAttemptAt === undefined ? undefined : new Date(record.nextAttemptAt),
    attempts: record.attempts.map((attempt) => ({ ...attempt, at: new Date(attempt.at) })),
  };
}

function tokenOf(text: string, field: string): string {
  if (!token.test(text)) throw new AppError('invalid-argument', `${field} is missing or cannot be sent`);
  return text;
}

/** Whether the address may be reached, the egress guard decides each time it is used. */
function urlOf(text: string, protocols: readonly string[]): string {
  const url = URL.parse(text);
  const usable = url !== null && protocols.includes(url.protocol) && !text.includes('\0') && text.length <= 8192;
  if (!usable) throw new AppError('invalid-argument', 'url cannot be used');
  return text;
}
