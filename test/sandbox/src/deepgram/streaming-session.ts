import { createHash } from 'node:crypto';
import type { WebSocket } from 'ws';
import { withAdditions } from '../additions.ts';
import { PcmDecoder } from '../audio/decode.ts';
import type { FaultKind } from '../faults.ts';
import { LiveRecognition } from '../recogniser/live-recognition.ts';
import type { Recogniser } from '../recogniser/recogniser.ts';
import type { RecognisedUtterance } from '../recogniser/recognise-utterance.ts';
import { average } from '../words.ts';
import { modelId, modelInfo, toTranscript, toWords } from './messages.ts';
import type { StreamingOptions } from './streaming-options.ts';

/** The vendor reports on silence too, every few seconds, with an empty transcript. */
const silenceReportMs = 3000;

interface SessionDeps {
  recogniser: Recogniser;
  requestId: string;
  /** How long the client may be silent, no audio and no KeepAlive, before NET-0001; in milliseconds. */
  idleMs: number;
  fault: { kind: FaultKind; after: number } | undefined;
}

/** One stream. Results tile it: each starts where the last final one ended. */
export class StreamingSession {
  readonly #socket: WebSocket;
  readonly #options: StreamingOptions;
  readonly #deps: SessionDeps;
  readonly #decoder: PcmDecoder;
  readonly #live: LiveRecognition;
  readonly #hash = createHash('sha256');
  #idleTimer: NodeJS.Timeout | undefined;
  #audioMessages = 0;
  #isStalled = false;
  #isMalformedNext = false;
  #isClosing = false;
  /** Where the last final Results ended. */
  #coveredMs = 0;
  /** Set while words were told and their UtteranceEnd was not. */
  #lastWordEndMs: number | undefined;

  constructor(socket: WebSocket, options: StreamingOptions, deps: SessionDeps) {
    this.#socket = socket;
    this.#options = options;
    this.#deps = deps;
    this.#decoder = new PcmDecoder(options.format);
    const { hangoverMs, hasInterimResults: partials } = options;
    this.#live = new LiveRecognition(
      deps.recogniser,
      { hangoverMs, partials },
      {
        onSpeechStarted: (atMs) => {
          if (options.hasVadEvents) this.#send({ type: 'SpeechStarted', channel: [0], timestamp: atMs / 1000 });
        },
        onPartial: (utterance) => this.#sendResults(utterance, { isFinal: false, isSpeechFinal: false }),
        onFinal: (utterance, reason) =>
          this.#sendResults(utterance, {
            isFinal: true,
            isSpeechFinal: reason === 'pause' ? options.hasEndpointing : true,
            isFromFinalize: reason === 'flush',
          }),
        onFailure: () => this.#close(1011, 'NET-0000'),
      },
    );
    socket.on('message', (data: Buffer, isBinary) => this.#take(data, isBinary));
    socket.on('close', () => this.#end());
    socket.on('error', () => this.#end());
    this.#awaitClient();
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (this.#isClosing) return;
    this.#awaitClient();
    if (isBinary && data.length > 0) this.#takeAudio(data);
    else if (this.#isStalled) return;
    else if (isBinary) void this.#finish();
    else this.#takeControl(data.toString('utf8'));
  }

  #takeAudio(data: Buffer): void {
    const { fault } = this.#deps;
    if (fault && this.#audioMessages++ === fault.after) {
      if (fault.kind === 'stall') this.#isStalled = true;
      if (fault.kind === 'malformed') this.#isMalformedNext = true;
      if (fault.kind === 'close-mid-stream') return this.#close(1011, 'NET-0000');
    }
    if (this.#isStalled) return;
    this.#hash.update(data);
    this.#live.push(this.#decoder.push(data));
    this.#reportSilence();
    this.#reportUtteranceEnd();
  }

  #takeControl(text: string): void {
    const type = messageType(text);
    if (type === 'Finalize') void this.#finalize();
    else if (type === 'CloseStream') void this.#finish();
    else if (type !== 'KeepAlive') this.#close(1008, 'DATA-0000');
  }

  async #finalize(): Promise<void> {
    const { isSpeaking, positionMs } = this.#live;
    await this.#live.flush('flush');
    if (isSpeaking) return;
    const silence = { startMs: this.#coveredMs, endMs: Math.max(positionMs, this.#coveredMs), words: [] };
    this.#sendResults(silence, { isFinal: true, isSpeechFinal: true, isFromFinalize: true });
  }

  async #finish(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#idleTimer);
    this.#live.push(this.#decoder.flush());
    const seconds = this.#live.positionMs / 1000;
    await this.#live.flush('close');
    this.#send({
      ...{ type: 'Metadata', transaction_key: 'deprecated', request_id: this.#deps.requestId },
      ...{ sha256: this.#hash.digest('hex'), created: new Date().toISOString(), duration: seconds },
      ...{ channels: 1, models: [modelId], model_info: { [modelId]: modelInfo } },
    });
    this.#close(1000, '');
  }

  #reportSilence(): void {
    const { positionMs } = this.#live;
    if (!this.#live.isQuiet || positionMs - this.#coveredMs < silenceReportMs || this.#lastWordEndMs !== undefined)
      return;
    const silence = { startMs: this.#coveredMs, endMs: positionMs, words: [] };
    this.#sendResults(silence, { isFinal: true, isSpeechFinal: false });
  }

  #reportUtteranceEnd(): void {
    const { utteranceEndMs } = this.#options;
    if (this.#lastWordEndMs === undefined || !this.#live.isQuiet) return;
    if (this.#live.positionMs - this.#lastWordEndMs < (utteranceEndMs ?? silenceReportMs)) return;
    if (utteranceEndMs !== undefined) {
      this.#send({ type: 'UtteranceEnd', channel: [0, 1], last_word_end: this.#lastWordEndMs / 1000 });
    }
    this.#lastWordEndMs = undefined;
  }

  #sendResults(
    utterance: RecognisedUtterance,
    about: { isFinal: boolean; isSpeechFinal: boolean; isFromFinalize?: boolean },
  ): void {
    const words = toWords(utterance.words, this.#options);
    const startMs = Math.min(this.#coveredMs, utterance.startMs);
    this.#send({
      type: 'Results',
      channel_index: [0, 1],
      duration: (utterance.endMs - startMs) / 1000,
      start: startMs / 1000,
      is_final: about.isFinal,
      speech_final: about.isSpeechFinal,
      ...(about.isFromFinalize && { from_finalize: true }),
      channel: {
        alternatives: [
          { transcript: toTranscript(words), confidence: average(words.map((word) => word.confidence)), words },
        ],
      },
      metadata: { request_id: this.#deps.requestId, model_info: modelInfo, model_uuid: modelId },
    });
    if (!about.isFinal) return;
    this.#coveredMs = Math.max(this.#coveredMs, utterance.endMs);
    this.#lastWordEndMs = utterance.words.at(-1)?.endMs ?? this.#lastWordEndMs;
  }

  #send(message: { type: string } & Record<string, unknown>): void {
    if (this.#isStalled || this.#socket.readyState !== this.#socket.OPEN) return;
    const isTorn = this.#isMalformedNext && message.type === 'Results';
    if (isTorn) this.#isMalformedNext = false;
    for (const each of this.#deps.fault?.kind === 'additions' ? withAdditions(message) : [message]) {
      const text = JSON.stringify(each);
      this.#socket.send(isTorn ? text.slice(0, text.length / 2) : text);
    }
  }

  #awaitClient(): void {
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => this.#close(1011, 'NET-0001'), this.#deps.idleMs).unref();
  }

  #close(code: number, reason: string): void {
    this.#isClosing = true;
    this.#socket.close(code, reason);
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#idleTimer);
    this.#live.close();
  }
}

function messageType(text: string): unknown {
  try {
    return (JSON.parse(text) as { type?: unknown } | null)?.type;
  } catch {
    return;
  }
}
