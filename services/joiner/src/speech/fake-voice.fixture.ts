import { AppError } from '@earshot/kernel';
import {
  MAX_QUEUED_MS,
  VOICE_RATE,
  type BotVoice,
  type MicrophoneState,
  type VoiceChunk,
  type VoiceEvent,
} from '../domain/bot-voice.ts';

/** A voice that sounds only as far as a test says. */
export class FakeVoice implements BotVoice {
  readonly said: VoiceChunk[] = [];
  readonly interruptions: string[] = [];
  microphone: MicrophoneState = 'unknown';
  heardMs = 0;
  queuedMs = 0;
  readonly #listeners = new Set<(event: VoiceEvent) => void>();

  get isSpeaking(): boolean {
    return this.queuedMs > 0;
  }

  /** All that was said, one after the other. */
  get pcm(): number[] {
    return this.said.flatMap(({ pcm }) => [...pcm]);
  }

  get samples(): number {
    return this.said.reduce((sum, { pcm }) => sum + pcm.length, 0);
  }

  get speechIds(): string[] {
    return [...new Set(this.said.map(({ speechId }) => speechId))];
  }

  say(chunk: VoiceChunk): void {
    const lengthMs = (chunk.pcm.length * 1000) / VOICE_RATE;
    if (this.queuedMs + lengthMs > MAX_QUEUED_MS) throw new AppError('resource-exhausted', 'no room');
    this.queuedMs += lengthMs;
    this.said.push(chunk);
  }

  interrupt(outcome: string): readonly string[] {
    this.interruptions.push(outcome);
    this.queuedMs = 0;
    return this.speechIds;
  }

  subscribe(listener: (event: VoiceEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit(event: VoiceEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** The speech begins to sound. */
  start(speechId: string, heardMs = 100): void {
    this.heardMs = heardMs;
    this.emit({ case: 'started', speech: { speechId, source: 'socket' }, at: 0 });
  }

  /** All that was said is over. */
  end(speechId: string, outcome: 'completed' | 'interrupted' | 'muted' = 'completed'): void {
    this.queuedMs = 0;
    this.heardMs = 0;
    this.emit({ case: 'ended', speech: { speechId, source: 'socket', outcome, heardMs: 0, totalMs: 0 }, at: 0 });
  }
}
