import { randomBytes } from 'node:crypto';
import type { RealtimeError } from './client-events.ts';

export type Send = (event: { type: string } & Record<string, unknown>) => void;

export function newId(prefix: 'event' | 'sess' | 'conv' | 'item' | 'resp'): string {
  return `${prefix}_${randomBytes(10).toString('hex')}`;
}

export interface Item {
  readonly id: string;
  readonly object: 'realtime.item';
  readonly type: 'message';
  readonly role: 'user' | 'system' | 'assistant';
  status: 'in_progress' | 'completed' | 'incomplete';
  content: object[];
}

/** What was said on both sides, in order, as far as the vendor remembers it. */
export class ConversationItems {
  readonly id = newId('conv');
  readonly #send: Send;
  /** How much audio each of the answers has, milliseconds. */
  readonly #audioMs = new Map<string, number>();
  #lastItemId: string | null = null;

  constructor(send: Send) {
    this.#send = send;
  }

  get lastItemId(): string | null {
    return this.#lastItemId;
  }

  add(item: Item): void {
    this.#send({ type: 'conversation.item.added', previous_item_id: this.#lastItemId, item: { ...item } });
    this.#lastItemId = item.id;
    if (item.role === 'assistant') this.#audioMs.set(item.id, 0);
    else this.finish(item);
  }

  finish(item: Item): void {
    this.#send({ type: 'conversation.item.done', item });
  }

  addAudio(itemId: string, ms: number): void {
    this.#audioMs.set(itemId, (this.#audioMs.get(itemId) ?? 0) + ms);
  }

  /** Forgets what of an answer nobody has heard. */
  truncate(itemId: string, audioEndMs: number): RealtimeError | undefined {
    const audioMs = this.#audioMs.get(itemId);
    if (audioMs === undefined)
      return { code: 'item_truncate_invalid_item_id', message: `Item '${itemId}' is no answer.`, param: 'item_id' };
    if (audioEndMs > audioMs)
      return {
        ...{ code: 'invalid_value', param: 'audio_end_ms' },
        message: `Audio content of ${Math.floor(audioMs)}ms is already shorter than ${audioEndMs}ms`,
      };
    this.#audioMs.set(itemId, audioEndMs);
    this.#send({
      type: 'conversation.item.truncated',
      item_id: itemId,
      content_index: 0,
      audio_end_ms: audioEndMs,
    });
    return;
  }
}
