import type { WebSocket } from 'ws';
import type { CutUtterance } from '../../audio/utterance-cutter.ts';
import type { Faults } from '../../faults.ts';
import type { Recogniser } from '../../recogniser/recogniser.ts';
import { recogniseUtterance } from '../../recogniser/recognise-utterance.ts';
import { punctuated } from '../../words.ts';
import { Answer } from './answer.ts';
import { readClientEvent, type ClientEvent, type RealtimeError } from './client-events.ts';
import { ConversationItems, newId, type Send } from './conversation-items.ts';
import { InputBuffer } from './input-buffer.ts';
import { initialSettings, updated, type Settings } from './settings.ts';

export interface SessionDeps {
  readonly recogniser: Recogniser;
  readonly fault: ReturnType<Faults['take']>;
  /** Of what a client sends, but for its audio. */
  readonly log: (event: ClientEvent) => void;
  readonly model: string;
  /** What it answers, one after the other and from the beginning again: it understands nothing. */
  readonly answers: readonly string[];
  /** See AnswerOptions. */
  readonly pace: number;
}

/** One conversation over one socket. */
export class RealtimeSession {
  readonly #id = newId('sess');
  readonly #socket: WebSocket;
  readonly #deps: SessionDeps;
  readonly #conversation: ConversationItems;
  readonly #buffer = new InputBuffer();
  readonly #closing = new AbortController();
  #settings: Settings;
  #answer: Answer | undefined;
  /** All that it answered so far; a cancelled answer still says that it is one. */
  #answered: Promise<void> = Promise.resolve();
  #answerCount = 0;
  #appends = 0;
  #isStalled = false;
  /** Of the turn under way. */
  #turnItemId = newId('item');

  constructor(socket: WebSocket, deps: SessionDeps) {
    this.#socket = socket;
    this.#deps = deps;
    this.#settings = initialSettings(deps.model);
    this.#conversation = new ConversationItems(this.#send);
    socket.on('message', (data: Buffer) => this.#take(data.toString('utf8')));
    socket.on('close', () => this.#end());
    socket.on('error', () => this.#end());
    this.#tellSession('session.created');
  }

  #take(text: string): void {
    const read = readClientEvent(text);
    if ('error' in read) return this.#refuse(read.error, read.eventId);
    if (read.event.type !== 'input_audio_buffer.append') this.#deps.log(read.event);
    const error = this.#handle(read.event);
    if (error) this.#refuse(error, read.event.event_id);
  }

  #handle(event: ClientEvent): RealtimeError | undefined {
    switch (event.type) {
      case 'session.update':
        this.#settings = updated(this.#settings, event.session);
        return void this.#tellSession('session.updated');
      case 'input_audio_buffer.append':
        return void this.#append(Buffer.from(event.audio, 'base64'));
      case 'input_audio_buffer.commit': {
        const turn = this.#buffer.commit();
        if (!turn) return { code: 'input_audio_buffer_commit_empty', message: 'Error committing input audio buffer.' };
        return void this.#commit(turn);
      }
      case 'input_audio_buffer.clear':
        this.#buffer.clear();
        return void this.#send({ type: 'input_audio_buffer.cleared' });
      case 'conversation.item.create': {
        const item = { id: newId('item'), ...event.item, object: 'realtime.item', status: 'completed' } as const;
        return void this.#conversation.add(item);
      }
      case 'conversation.item.truncate':
        return this.#conversation.truncate(event.item_id, event.audio_end_ms);
      case 'response.create':
        return this.#respond();
      case 'response.cancel':
        if (!this.#answer || (event.response_id ?? this.#answer.id) !== this.#answer.id)
          return { code: 'response_cancel_not_active', message: 'Cancellation failed: no active response found' };
        return void this.#cancel('client_cancelled');
    }
  }

  #append(audio: Buffer): void {
    const { fault } = this.#deps;
    if (fault && this.#appends++ === fault.after) {
      if (fault.kind === 'stall') this.#isStalled = true;
      if (fault.kind === 'close-mid-stream') return this.#socket.terminate();
    }
    const { turn_detection: detection } = this.#settings.audio.input;
    for (const event of this.#buffer.append(audio, detection)) {
      const item_id = this.#turnItemId;
      if (event.type === 'speech-started') {
        const audio_start_ms = Math.max(0, Math.round(event.atMs - (detection?.prefix_padding_ms ?? 0)));
        this.#send({ type: 'input_audio_buffer.speech_started', audio_start_ms, item_id });
        if (detection?.interrupt_response) this.#cancel('turn_detected');
        continue;
      }
      const audio_end_ms = Math.round(event.utterance.endMs);
      this.#send({ type: 'input_audio_buffer.speech_stopped', audio_end_ms, item_id });
      this.#commit(event.utterance);
      if (detection?.create_response) this.#respond();
    }
  }

  /** Makes a turn an item of the conversation. */
  #commit(turn: CutUtterance): void {
    const itemId = this.#turnItemId;
    this.#turnItemId = newId('item');
    const { lastItemId } = this.#conversation;
    this.#send({ type: 'input_audio_buffer.committed', previous_item_id: lastItemId, item_id: itemId });
    const content = [{ type: 'input_audio', transcript: null }];
    this.#conversation.add({
      ...{ id: itemId, object: 'realtime.item', type: 'message', role: 'user', status: 'completed', content },
    });
    if (!this.#settings.audio.input.transcription) return;
    void recogniseUtterance(this.#deps.recogniser, turn, this.#closing.signal).then(
      ({ words, startMs, endMs }) =>
        this.#send({
          ...{ type: 'conversation.item.input_audio_transcription.completed', item_id: itemId, content_index: 0 },
          transcript: punctuated(words.map(({ word }) => word)).join(' '),
          usage: { type: 'duration', seconds: (endMs - startMs) / 1000 },
        }),
      () => undefined,
    );
  }

  #respond(): RealtimeError | undefined {
    if (this.#answer)
      return {
        code: 'conversation_already_has_active_response',
        message: `Conversation already has an active response in progress: ${this.#answer.id}.`,
      };
    const { answers, pace } = this.#deps;
    const text = answers[this.#answerCount++ % answers.length] ?? '';
    const { settings, conversation } = { settings: this.#settings, conversation: this.#conversation };
    const answer = new Answer({ text, settings, conversation, pace, send: this.#send });
    this.#answer = answer;
    this.#answered = this.#answered
      .then(() => answer.play())
      .then(() => void (this.#answer === answer && (this.#answer = undefined)))
      .catch(() => this.#socket.terminate());
    return;
  }

  #cancel(reason: Parameters<Answer['cancel']>[0]): void {
    this.#answer?.cancel(reason);
    this.#answer = undefined;
  }

  #tellSession(type: 'session.created' | 'session.updated'): void {
    this.#send({ type, session: { object: 'realtime.session', id: this.#id, ...this.#settings } });
  }

  #refuse({ code, message, param = null }: RealtimeError, eventId: string | null = null): void {
    this.#send({
      type: 'error',
      error: { type: 'invalid_request_error', code, message, param, event_id: eventId },
    });
  }

  readonly #send: Send = (event) => {
    if (this.#isStalled || this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(JSON.stringify({ event_id: newId('event'), ...event }));
  };

  #end(): void {
    this.#closing.abort(new Error('the socket is closed'));
    this.#cancel('client_cancelled');
  }
}
