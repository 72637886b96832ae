import { randomUUID } from 'node:crypto';
import { WorkTurns } from '@earshot/audio';
import { AppError, SECOND } from '@earshot/kernel';
import { MAX_QUEUED_MS, type BotVoice, type VoiceEvent } from '../domain/bot-voice.ts';
import { bytesPerSecond, isSameFormat, PcmStream, type PcmFormat } from '../speech/pcm-stream.ts';
import { CommandError } from './command-error.ts';

/** What is resampled at a time, milliseconds: some milliseconds of work. */
const STEP_MS = 250;

interface Chunk {
  readonly bytes: Uint8Array;
  readonly format: PcmFormat;
}

/**
 * Chunks of PCM as they come by a control socket, into the bot's voice: one stream across all of them while the bot speaks, so that no border
 * is heard. A long chunk is read in steps, between which the rest of the process goes on.
 */
export class AudioInlet {
  readonly #voice: BotVoice;
  readonly #onRefused: (error: unknown) => void;
  #waiting: Chunk[] = [];
  #waitingMs = 0;
  #stream: PcmStream | undefined;
  #speechId = randomUUID() as string;
  #isRunning = false;

  /** `onRefused`: the voice has not taken what was taken here. */
  constructor(voice: BotVoice, onRefused: (error: unknown) => void) {
    this.#voice = voice;
    this.#onRefused = onRefused;
    voice.subscribe((event) => this.#onVoice(event));
  }

  /** Whether audio of this format goes on what came before it, or has to begin a stream of its own. */
  continues(format: PcmFormat): boolean {
    const last = this.#waiting.at(-1)?.format ?? this.#stream?.format;
    return last === undefined || isSameFormat(last, format);
  }

  /** Takes a chunk, or throws CommandError and takes nothing of it. */
  push(chunk: Chunk): void {
    const lengthMs = (chunk.bytes.length / bytesPerSecond(chunk.format)) * SECOND;
    if (this.#voice.queuedMs + this.#waitingMs + lengthMs > MAX_QUEUED_MS)
      throw new CommandError(
        'queue_full',
        `no more than ${MAX_QUEUED_MS / SECOND} s are queued: nothing of this chunk is said`,
      );
    this.#waiting.push(chunk);
    this.#waitingMs += lengthMs;
    if (!this.#isRunning) void this.#run();
  }

  /** What has not reached the voice is dropped; what comes next is a speech of its own. */
  clear(): void {
    this.#waiting = [];
    this.#waitingMs = 0;
    this.#begin();
  }

  #begin(): void {
    this.#stream = undefined;
    this.#speechId = randomUUID();
  }

  #onVoice(event: VoiceEvent): void {
    if (event.case !== 'ended' || event.speech.speechId !== this.#speechId) return;
    if (event.speech.outcome === 'completed') this.#begin();
    else this.clear();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    const turns = new WorkTurns();
    for (let chunk = this.#waiting[0]; chunk; chunk = this.#waiting[0]) {
      const { format } = chunk;
      const step = Math.ceil((bytesPerSecond(format) * STEP_MS) / SECOND);
      await turns.next();
      // Meanwhile it may have been dropped.
      if (this.#waiting[0] !== chunk) continue;
      const now = chunk.bytes.subarray(0, step);
      const rest = chunk.bytes.subarray(step);
      if (rest.length > 0) this.#waiting[0] = { bytes: rest, format };
      else this.#waiting.shift();
      this.#waitingMs = Math.max(0, this.#waitingMs - (now.length / bytesPerSecond(format)) * SECOND);
      this.#say(now, format);
    }
    this.#waitingMs = 0;
    this.#isRunning = false;
  }

  #say(bytes: Uint8Array, format: PcmFormat): void {
    try {
      const before = this.#stream;
      if (!before || !isSameFormat(before.format, format)) {
        const tail = before?.flush();
        this.#stream = new PcmStream(format);
        if (tail) this.#voice.say({ speechId: this.#speechId, source: 'socket', pcm: tail });
      }
      const pcm = this.#stream?.push(bytes) ?? new Int16Array(0);
      if (pcm.length > 0) this.#voice.say({ speechId: this.#speechId, source: 'socket', pcm });
    } catch (error) {
      this.clear();
      this.#onRefused(AppError.from(error));
    }
  }
}
