import { DeepgramClient } from '@deepgram/sdk';
import { AppError, SECOND, type Clock } from '@earshot/kernel';
import { systemClock } from '@earshot/service';
import type { DeepgramConfig } from './batch.ts';
import { readStreamingMessage } from './messages.ts';
import { streaming } from './options.ts';
import { engineError, statusOfHandshake } from '../engine-error.ts';
import { HandshakeRefusal } from './handshake-refusal.ts';
import { LiveSession } from '../live-session.ts';
import type { z } from 'zod';
import { parseOptions } from '../options.ts';
import { codeOfRefusal } from '../refusals.ts';
import type { OpenOptions, StreamingEngine, StreamingSession } from '../speech-engine.ts';
import { toUtterance } from '../utterance.ts';

export interface DeepgramStreamingConfig extends DeepgramConfig {
  clock?: Clock;
  connectTimeoutMs?: number;
  /** Deepgram reports on audio every few seconds, also on silence, so a short wait is enough. */
  stallTimeoutMs?: number;
  closeTimeoutMs?: number;
}

type Connection = Awaited<ReturnType<DeepgramClient['listen']['v1']['connect']>>;

const engine = streaming.name;

/** Deepgram's live API. */
export class DeepgramStreamingEngine implements StreamingEngine {
  readonly #config: DeepgramStreamingConfig;
  readonly #client: DeepgramClient;

  constructor(config: DeepgramStreamingConfig) {
    this.#config = config;
    this.#client = new DeepgramClient({ apiKey: config.apiKey, ...(config.baseUrl && { baseUrl: config.baseUrl }) });
  }

  async open(options: OpenOptions): Promise<StreamingSession> {
    const { signal } = options;
    const parsed = parseOptions(streaming, options.engineOptions);
    if (signal.aborted) throw new AppError('cancelled', 'transcription was cancelled');
    const refusal = new HandshakeRefusal(this.#config.baseUrl ?? 'https:');
    const connection = await this.#client.listen.v1.connect({
      ...toQuery(parsed, options.sampleRate),
      Authorization: `Token ${this.#config.apiKey}`,
      // A session that was lost has lost its place in the audio: the caller opens another.
      reconnectAttempts: 0,
      agent: refusal.agent,
      shouldReconnect: () => false,
      connectionTimeoutInSeconds: (this.#config.connectTimeoutMs ?? 10 * SECOND) / SECOND,
    });
    const session = new LiveSession(
      {
        send: (pcm) => connection.sendMedia(toBytes(pcm)),
        keepAlive: () => connection.sendKeepAlive({ type: 'KeepAlive' }),
        finalize: () => connection.sendFinalize({ type: 'Finalize' }),
        finish: () => connection.sendCloseStream({ type: 'CloseStream' }),
        abort: () => connection.close(),
      },
      {
        ...{ engine, apiKey: this.#config.apiKey, sampleRate: options.sampleRate, signal },
        clock: this.#config.clock ?? systemClock,
        stallTimeoutMs: this.#config.stallTimeoutMs ?? 10 * SECOND,
        closeTimeoutMs: this.#config.closeTimeoutMs ?? 10 * SECOND,
      },
    );
    this.#listen(connection, session, options);
    await this.#connect(connection, session, refusal);
    return session;
  }

  /** `connect()` only starts it, and emits nothing when the caller cancels: whichever comes first decides. */
  async #connect(connection: Connection, session: LiveSession, refusal: HandshakeRefusal): Promise<void> {
    connection.connect();
    const opened = connection.waitForOpen().then(
      () => ({ kind: 'open' as const }),
      (event: unknown) => ({ kind: 'failed' as const, error: this.#handshakeError(event, refusal) }),
    );
    const outcome = await Promise.race([
      session.closed.then(async (reason) => (reason.kind === 'cancelled' ? reason : opened)),
      opened,
    ]);
    if (outcome.kind === 'open') return;
    const error = outcome.kind === 'failed' ? outcome.error : new AppError('cancelled', 'transcription was cancelled');
    session.fail(error);
    throw error;
  }

  #listen(connection: Connection, session: LiveSession, options: OpenOptions): void {
    let isComplete = false;
    connection.on('message', (data: unknown) => {
      if (session.isOver) return;
      session.received();
      const message = readStreamingMessage(engine, data);
      // The SDK passes text that is not JSON on as text.
      if (!message) return session.fail(this.#error('internal', { reason: 'malformed message' }));
      if (message.type === 'Metadata') isComplete = session.isClosing;
      if (message.type === 'UtteranceEnd') options.onEndOfSpeech?.();
      if (message.type !== 'Results') return;
      const { isFinal, isEndOfSpeech } = message;
      const utterance = toUtterance(message.words);
      if (utterance && isFinal) options.onFinal({ ...utterance, isEndOfSpeech });
      else if (utterance) options.onPartial(utterance);
      else if (isFinal && isEndOfSpeech) options.onEndOfSpeech?.();
    });
    // The SDK also calls this a clean close, 1000, when the network failed: only Metadata proves that all was sent.
    connection.on('close', ({ code, reason }) => {
      if (isComplete) return session.ended({ kind: 'closed' });
      // DATA-0000: audio that it cannot decode.
      const error = codeOfRefusal({ reason, closeCode: code }, 'internal');
      session.fail(this.#error(error, { reason: reason || 'connection lost', closeCode: code }));
    });
    connection.on('error', (error) => session.fail(this.#error('unavailable', { reason: error.message })));
  }

  #handshakeError(event: unknown, refusal: HandshakeRefusal): AppError {
    const { message = 'connection failed' } = event as { message?: string };
    const status = statusOfHandshake(message);
    const reason = refusal.reason ?? message;
    return this.#error(codeOfRefusal({ reason, status }), { reason, ...(status !== undefined && { status }) });
  }

  #error(
    code: Parameters<typeof engineError>[0],
    about: { reason: string; status?: number; closeCode?: number },
  ): AppError {
    return engineError(code, { engine, apiKey: this.#config.apiKey, ...about });
  }
}

/** On the socket every value is a string, booleans too. Interim results are what UtteranceEnd is made of. */
function toQuery(options: z.output<typeof streaming.options>, sampleRate: number) {
  return {
    model: options.model as 'nova-2',
    language: options.language,
    punctuate: String(options.punctuate) as 'true',
    smart_format: String(options.smart_format) as 'true',
    endpointing: String(options.endpointing),
    vad_events: String(options.vad_events) as 'true',
    utterance_end_ms: String(options.utterance_end_ms),
    interim_results: 'true' as const,
    encoding: options.encoding,
    channels: String(options.channels),
    sample_rate: String(sampleRate),
  };
}

function toBytes(pcm: Int16Array): Uint8Array<ArrayBuffer> {
  // A copy: the socket sends later, and the caller may use its buffer again.
  return new Uint8Array(pcm.slice().buffer);
}
