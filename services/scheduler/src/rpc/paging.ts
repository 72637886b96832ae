import type { EndedBot as EndedMessage } from '@earshot/contract/scheduler/v1/bots.ts';
import { AppError, isUuid, type BotId, type TranscriptId } from '@earshot/kernel';
import type { EndedBot } from '../domain/bot.ts';
import { toStateMessage } from './mapping.ts';

/** The last bot of a page, by the time that the list is sorted by. */
interface Place {
  readonly at: number;
  readonly botId: BotId;
}

export function toPageToken({ at, botId }: Place): string {
  return `${at}.${botId}`;
}

/** Throws `invalid-argument` for a token that is not ours. */
export function readPageToken(token: string): Place {
  const [at, botId] = token.split('.');
  // 8.64e15: the last time that a date can hold (ECMA-262, 21.4.1.1).
  if (!(Math.abs(Number(at)) <= 8.64e15) || !Number.isInteger(Number(at)) || !isUuid(botId ?? ''))
    throw new AppError('invalid-argument', 'page_token is not one of ours');
  return { at: Number(at), botId: botId as BotId };
}

export function toEndedMessage({ botId, endedAt, state, retentionHours }: EndedBot): EndedMessage {
  return { botId, endedAt: new Date(endedAt), state: toStateMessage(state), retentionHours };
}

export function botIdOf(text: string): BotId {
  if (!isUuid(text)) throw new AppError('not-found', 'no such bot', { fields: { botId: text } });
  return text as BotId;
}

export function transcriptIdOf(text: string): TranscriptId {
  if (!isUuid(text)) throw new AppError('not-found', 'no such transcript', { fields: { transcriptId: text } });
  return text as TranscriptId;
}
