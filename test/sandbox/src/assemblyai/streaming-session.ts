import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import { withAdditions } from '../additions.ts';
import { durationMs, PcmDecoder } from '../audio/decode.ts';
import type { FaultKind } from '../faults.ts';
import { LiveRecognition } from '../recogniser/live-recognition.ts';
import type { Recogniser } from '../recogniser/recogniser.ts';
import type { RecognisedUtterance } from '../recogniser/recognise-utterance.ts';
import { average, punctuated } from '../words.ts';
import { closures, type Closure } from './errors.ts';
import { turnHangoverMs, type StreamingOptions } from './streaming-options.ts';

const shortestMessageMs = 50;
const longestMessageMs = 1000;
const sessionSeconds = 3 * 60 * 60;

const clientMessage = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('UpdateConfiguration'),
    min_turn_silence: z.number().optional(),
    format_turns: z.boolean().optional(),
  }),
  z.object({ type: z.literal('ForceEndpoint') }),
  z.object({ type: z.literal('KeepAlive') }),
  z.object({ type: z.literal('Terminate') }),
]);

interface SessionDeps {
  recogniser: Recogniser;
  /** How far ahead of real time a client may be, in milliseconds; Infinity: as far as it likes. */
  leadMs: number;
  fault: { kind: FaultKind; after: number } | undefined;
}

/** One stream, as a row of turns; times are whole milliseconds from its start. */
export class StreamingSession {
  readonly #socket: WebSocket;
  readonly #options: StreamingOptions;
  readonly #deps: SessionDeps;
  readonly #decoder: PcmDecoder;
  readonly #live: LiveRecognition;
  readonly #openedAt = Date.now();
  #inactivityTimer: NodeJS.Timeout | undefined;
  #audioMessages = 0;
  #turnOrder = 0;
  #firstAudioAt: number | undefined;
  #audioMs = 0;
  #isStalled = false;
  #isMalformedNext = false;
  #isClosing = false;

  constructor(socket: WebSocket, options: StreamingOptions, deps: SessionDeps) {
    this.#socket = socket;
    this.#options = { ...options };
    this.#deps = deps;
    this.#decoder = new PcmDecoder(options.format);
    this.#live = new LiveRecognition(
      deps.recogniser,
      { hangoverMs: options.hangoverMs, partials: true },
      {
        onSpeechStarted: (atMs) => this.#send({ type: 'SpeechStarted', timestamp: Math.round(atMs) }),
        onPartial: (utterance) => this.#sendTurn(utterance, { isEnd: false, isFormatted: false }),
        onFinal: (utterance) => this.#endSpeech(utterance),
        onFailure: () => this.#fail(closures.serverError),
      },
    );
    socket.on('message', (data: Buffer, isBinary) =>
      isBinary ? this.#takeAudio(data) : this.#takeControl(data.toString('utf8')),
    );
    socket.on('close', () => this.#end());
    socket.on('error', () => this.#end());
    this.#send({ type: 'Begin', id: randomUUID(), expires_at: Math.floor(this.#openedAt / 1000) + sessionSeconds });
    this.#awaitClient();
  }

  #takeAudio(data: Buffer): void {
    if (this.#isClosing) return;
    this.#awaitClient();
    const playsMs = durationMs(data.length, this.#options.format);
    if (playsMs < shortestMessageMs || playsMs > longestMessageMs) {
      const detail = `Input Duration Violation: ${playsMs.toFixed(1)} ms. Expected between 50 and 1000 ms`;
      return this.#fail({ code: 3007, error: `Input Duration Error: ${detail}` });
    }
    this.#firstAudioAt ??= Date.now();
    this.#audioMs += playsMs;
    if (this.#audioMs - (Date.now() - this.#firstAudioAt) > this.#deps.leadMs)
      return this.#fail({ code: 3007, error: 'Input Duration Error: audio is sent faster than real time' });
    const { fault } = this.#deps;
    if (fault && this.#audioMessages++ === fault.after) {
      if (fault.kind === 'stall') this.#isStalled = true;
      if (fault.kind === 'malformed') this.#isMalformedNext = true;
      if (fault.kind === 'session-limit') return this.#fail(closures.sessionLimit);
      if (fault.kind === 'close-mid-stream') return this.#fail(closures.serverError);
    }
    if (!this.#isStalled) this.#live.push(this.#decoder.push(data));
  }

  #takeControl(text: string): void {
    if (this.#isClosing || this.#isStalled) return;
    this.#awaitClient();
    const message = clientMessage.safeParse(parseJson(text));
    if (!message.success) return this.#fail(closures.invalidMessage);
    if (message.data.type === 'ForceEndpoint') void this.#live.flush('flush');
    if (message.data.type === 'Terminate') void this.#terminate();
    if (message.data.type !== 'UpdateConfiguration') return;
    const { min_turn_silence: silenceMs, format_turns: hasFormattedTurns } = message.data;
    if (silenceMs !== undefined) this.#live.setHangover(turnHangoverMs(silenceMs));
    if (hasFormattedTurns !== undefined) this.#options.hasFormattedTurns = hasFormattedTurns;
  }

  async #terminate(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#inactivityTimer);
    this.#live.push(this.#decoder.flush());
    const audioSeconds = this.#live.positionMs / 1000;
    await this.#live.flush('close');
    this.#send({
      type: 'Termination',
      audio_duration_seconds: Math.round(audioSeconds),
      session_duration_seconds: Math.round((Date.now() - this.#openedAt) / 1000),
    });
    this.#socket.close(1000);
    this.#end();
  }

  #endSpeech(utterance: RecognisedUtterance): void {
    if (utterance.words.length === 0) return;
    this.#sendTurn(utterance, { isEnd: true, isFormatted: false });
    if (this.#options.hasFormattedTurns) this.#sendTurn(utterance, { isEnd: true, isFormatted: true });
    this.#turnOrder++;
  }

  #sendTurn(utterance: RecognisedUtterance, about: { isEnd: boolean; isFormatted: boolean }): void {
    const texts = utterance.words.map(({ word }) => word);
    const written = about.isFormatted ? punctuated(texts) : texts;
    const words = utterance.words.map((word, index) => ({
      start: Math.round(word.startMs),
      end: Math.round(word.endMs),
      text: written[index]!,
      confidence: word.confidence,
      // The last word under way may still grow.
      word_is_final: about.isEnd || index < texts.length - 1,
    }));
    const settled = words.filter((word) => word.word_is_final).map(({ text }) => text);
    this.#send({
      type: 'Turn',
      turn_order: this.#turnOrder,
      turn_is_formatted: about.isFormatted,
      end_of_turn: about.isEnd,
      transcript: settled.join(' '),
      utterance: about.isEnd ? written.join(' ') : '',
      end_of_turn_confidence: about.isEnd ? average(words.map((word) => word.confidence)) : 0,
      words,
    });
  }

  #send(message: { type: string } & Record<string, unknown>): void {
    if (this.#isStalled || this.#socket.readyState !== this.#socket.OPEN) return;
    const isTorn = this.#isMalformedNext && message.type === 'Turn';
    if (isTorn) this.#isMalformedNext = false;
    for (const each of this.#deps.fault?.kind === 'additions' ? withAdditions(message) : [message]) {
      const text = JSON.stringify(each);
      this.#socket.send(isTorn ? text.slice(0, text.length / 2) : text);
    }
  }

  #awaitClient(): void {
    clearTimeout(this.#inactivityTimer);
    const { inactivityTimeoutMs } = this.#options;
    if (inactivityTimeoutMs !== undefined)
      this.#inactivityTimer = setTimeout(() => void this.#terminate(), inactivityTimeoutMs).unref();
  }

  #fail(closure: Closure): void {
    this.#isClosing = true;
    refuseStream(this.#socket, closure);
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#inactivityTimer);
    this.#live.close();
  }
}

/** Says why, in a message and again in the close frame. */
export function refuseStream(socket: WebSocket, { code, error }: Closure): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.send(JSON.stringify({ type: 'Error', error_code: code, error }));
  socket.close(code, error.slice(0, 120));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return;
  }
}
