import { setTimeout as sleep } from 'node:timers/promises';
import { sentencesOf, synthesise } from '../../synthesiser/synthesise.ts';
import { newId, type ConversationItems, type Item, type Send } from './conversation-items.ts';
import { realtimeRate, type Settings } from './settings.ts';

const chunkMs = 200;

export interface AnswerOptions {
  readonly text: string;
  readonly settings: Settings;
  readonly conversation: ConversationItems;
  /** How many times faster than it plays the audio comes. */
  readonly pace: number;
  readonly send: Send;
}

/** One response: an item with the audio of a text. */
export class Answer {
  readonly id = newId('resp');
  readonly item: Item = {
    ...{ id: newId('item'), object: 'realtime.item', type: 'message', role: 'assistant' },
    ...{ status: 'in_progress', content: [] },
  };
  readonly #options: AnswerOptions;
  readonly #cancelling = new AbortController();

  constructor(options: AnswerOptions) {
    this.#options = options;
  }

  /** Ends it at once, as far as it has come. */
  cancel(reason: 'client_cancelled' | 'turn_detected'): void {
    this.#cancelling.abort(reason);
  }

  /** Resolves when `response.done` is sent. */
  async play(): Promise<void> {
    const { send, conversation } = this.#options;
    const ids = { response_id: this.id, item_id: this.item.id, output_index: 0, content_index: 0 };
    send({ type: 'response.created', response: this.#resource('in_progress') });
    send({ type: 'response.output_item.added', response_id: this.id, output_index: 0, item: { ...this.item } });
    conversation.add(this.item);
    send({ type: 'response.content_part.added', ...ids, part: { type: 'audio', transcript: '' } });

    const transcript = await this.#speak(ids);
    const reason: unknown = this.#cancelling.signal.reason;
    this.item.status = reason === undefined ? 'completed' : 'incomplete';
    this.item.content = [{ type: 'output_audio', transcript }];
    send({ type: 'response.output_audio.done', ...ids });
    send({ type: 'response.output_audio_transcript.done', ...ids, transcript });
    send({ type: 'response.content_part.done', ...ids, part: { type: 'audio', transcript } });
    send({ type: 'response.output_item.done', response_id: this.id, output_index: 0, item: this.item });
    conversation.finish(this.item);
    const done =
      reason === undefined
        ? this.#resource('completed')
        : { ...this.#resource('cancelled'), status_details: { type: 'cancelled', reason } };
    send({ type: 'response.done', response: done });
  }

  /** Answers what of the text was spoken: the transcript runs ahead of its audio, by a sentence here. */
  async #speak(ids: object): Promise<string> {
    const { send, conversation, text, settings, pace } = this.#options;
    const { signal } = this.#cancelling;
    const sentences = sentencesOf(text);
    let transcript = '';
    for await (const samples of synthesise(text, { speed: settings.audio.output.speed })) {
      if (signal.aborted) break;
      const delta = `${transcript === '' ? '' : ' '}${sentences.shift() ?? ''}`;
      transcript += delta;
      send({ type: 'response.output_audio_transcript.delta', ...ids, delta });
      const step = (chunkMs * realtimeRate) / 1000;
      for (let at = 0; at < samples.length && !signal.aborted; at += step) {
        const { buffer, byteOffset, byteLength, length } = samples.subarray(at, at + step);
        send({
          ...{ type: 'response.output_audio.delta', ...ids },
          delta: Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
        });
        const ms = (length * 1000) / realtimeRate;
        conversation.addAudio(this.item.id, ms);
        await sleep(ms / pace, undefined, { signal }).catch(() => undefined);
      }
    }
    return transcript;
  }

  #resource(status: 'in_progress' | 'completed' | 'cancelled'): object {
    const { settings, conversation } = this.#options;
    return {
      ...{ object: 'realtime.response', id: this.id, status, status_details: null },
      output: status === 'in_progress' ? [] : [this.item],
      conversation_id: conversation.id,
      output_modalities: ['audio'],
      max_output_tokens: settings.max_output_tokens,
      audio: { output: settings.audio.output },
      ...{ usage: null, metadata: null },
    };
  }
}
