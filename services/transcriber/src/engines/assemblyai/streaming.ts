import { AppError, MINUTE, SECOND, type Clock, type ErrorCode } from '@earshot/kernel';
import { systemClock } from '@earshot/service';
import { StreamingTranscriber } from 'assemblyai';
import { readTurn } from './messages.ts';
import { streaming } from './options.ts';
import { Turns } from './turns.ts';
import { Chunker } from './chunker.ts';
import { engineError, statusOfHandshake } from '../engine-error.ts';
import { LiveSession } from '../live-session.ts';
import { parseOptions } from '../options.ts';
import { passOver } from '../passed-over.ts';
import { codeOfRefusal } from '../refusals.ts';
import type { OpenOptions, StreamingEngine, StreamingSession } from '../speech-engine.ts';

export interface AssemblyAiStreamingConfig {
  apiKey: string;
  /** The whole URL, `wss:`; AssemblyAI's own when absent. */
  streamingUrl?: string;
  clock?: Clock;
  connectTimeoutMs?: number;
  /** The provider sends nothing about sound without words, music for one: hence the patience. */
  stallTimeoutMs?: number;
  closeTimeoutMs?: number;
}

const engine = streaming.name;

/** Audio that comes faster than real time ends a session with 3007; one message of the longest length taken is no breach. */
const leadMs = SECOND;

/** The SDK waits for the end by itself; that its provider went quiet is noticed sooner. */
const LONGEST_CLOSE_MS = 10 * MINUTE;

/** AssemblyAI's Universal-Streaming, v3. */
export class AssemblyAiStreamingEngine implements StreamingEngine {
  readonly #config: AssemblyAiStreamingConfig;

  constructor(config: AssemblyAiStreamingConfig) {
    this.#config = config;
  }

  async open(options: OpenOptions): Promise<StreamingSession> {
    const { signal, sampleRate } = options;
    const parsed = parseOptions(streaming, options.engineOptions);
    if (signal.aborted) throw new AppError('cancelled', 'transcription was cancelled');
    const closeTimeoutMs = this.#config.closeTimeoutMs ?? 10 * SECOND;
    const transcriber = new StreamingTranscriber({
      apiKey: this.#config.apiKey,
      ...(this.#config.streamingUrl && { websocketBaseUrl: this.#config.streamingUrl }),
      connectTimeout: this.#config.connectTimeoutMs ?? 10 * SECOND,
      // Retrying is the caller's, who knows what was lost meanwhile.
      maxConnectionRetries: 0,
      sampleRate,
      encoding: parsed.encoding,
      speechModel: parsed.speech_model as 'universal-streaming-english',
      formatTurns: parsed.format_turns,
      vadThreshold: parsed.vad_threshold,
      endOfTurnConfidenceThreshold: parsed.end_of_turn_confidence_threshold,
      inactivityTimeout: parsed.inactivity_timeout,
      minTurnSilence: parsed.min_end_of_turn_silence_when_confident,
      maxTurnSilence: parsed.max_turn_silence,
    });
    const chunker = new Chunker(sampleRate, (pcm) => transcriber.sendAudio(pcm.slice().buffer));
    const turns = new Turns(
      {
        isFormatted: parsed.format_turns,
        toSessionMs: (ms) => chunker.toSessionMs(ms),
        sentMs: () => chunker.sentMs,
      },
      options,
    );
    let isComplete = false;
    const session: LiveSession = new LiveSession(
      {
        send: (pcm) => chunker.push(pcm),
        keepAlive: () => transcriber.keepAlive(),
        finalize: () => {
          chunker.flush();
          transcriber.forceEndpoint();
        },
        finish: () => {
          chunker.flush();
          // The SDK forgets its listeners here, so that this is the only way to detect the end. It fails where it was aborted while it
          // waited: its socket is gone then.
          const closed = transcriber.close(true, LONGEST_CLOSE_MS).catch(() => {});
          void closed.then(() => {
            if (session.isOver) return;
            turns.flush();
            if (isComplete) session.ended({ kind: 'closed' });
            else session.fail(this.#error('unavailable', { reason: 'the connection ended before the transcript' }));
          });
        },
        abort: () => void transcriber.close(false).catch(() => {}),
      },
      {
        ...{ engine, apiKey: this.#config.apiKey, sampleRate, signal, closeTimeoutMs },
        clock: this.#config.clock ?? systemClock,
        stallTimeoutMs: this.#config.stallTimeoutMs ?? 60 * SECOND,
        leadMs,
      },
    );

    transcriber.on('turn', (event) => {
      if (session.isOver) return;
      const turn = readTurn(engine, event);
      if (turn) turns.take(turn);
      else session.fail(this.#error('internal', { reason: 'malformed turn' }));
    });
    transcriber.on('error', (error) => session.fail(this.#streamError(error)));
    transcriber.on('close', (closeCode, reason) => {
      if (!session.isOver) turns.flush();
      session.fail(this.#error(codeOfRefusal({ reason, closeCode }), { reason, closeCode }));
    });
    await this.#connect(transcriber, session, (type) => {
      session.received();
      if (type === 'Termination') isComplete = true;
      if (type === undefined) session.fail(this.#error('internal', { reason: 'malformed message' }));
    });
    return session;
  }

  async #connect(
    transcriber: StreamingTranscriber,
    session: LiveSession,
    onMessage: (type: unknown) => void,
  ): Promise<void> {
    const begun = transcriber.connect().then(
      () => ({ kind: 'open' as const }),
      (error: unknown) => ({ kind: 'failed' as const, error: this.#streamError(error) }),
    );
    guardMessages(transcriber, onMessage);
    const outcome = await Promise.race([session.closed, begun]);
    if (outcome.kind === 'open') return;
    const error = outcome.kind === 'failed' ? outcome.error : new AppError('cancelled', 'transcription was cancelled');
    session.fail(error);
    throw error;
  }

  #streamError(caught: unknown): AppError {
    const { message, code } = caught as { message?: unknown; code?: unknown };
    const reason = typeof message === 'string' && message !== '' ? message : 'connection failed';
    const status = statusOfHandshake(reason);
    const about = {
      ...(typeof code === 'number' && { closeCode: code }),
      ...(status !== undefined && { status }),
    };
    return this.#error(codeOfRefusal({ reason, ...about }), { reason, ...about });
  }

  #error(code: ErrorCode, about: { reason: string; status?: number; closeCode?: number }): AppError {
    return engineError(code, { engine, apiKey: this.#config.apiKey, ...about });
  }
}

interface Socket {
  onmessage: ((event: { data: unknown }) => void) | null;
}

/** Messages of the protocol that hold nothing a session needs. */
const idleTypes: readonly unknown[] = ['Begin', 'SpeechStarted', 'Heartbeat', 'Silence', 'Warning', 'SpeakerRevision'];

/**
 * Looks at each message before the SDK does: it parses them without a guard, so that one that is not JSON would end the
 * process, it takes whatever has a field `error` for a refusal, also an empty one, and it keeps Termination to itself. Works
 * on a socket that `connect()` has just made. An undefined type: no JSON.
 */
function guardMessages(transcriber: StreamingTranscriber, onMessage: (type: unknown) => void): void {
  const { socket } = transcriber as unknown as { socket?: Socket };
  const deliver = socket?.onmessage;
  if (!socket || !deliver) return;
  socket.onmessage = (event) => {
    const message = parse(String(event.data));
    if (message === undefined) return onMessage(undefined);
    if (typeof message !== 'object' || message === null) {
      passOver(engine, 'message');
      return onMessage(null);
    }
    const { type = null, error, ...rest } = message as { type?: unknown; error?: unknown };
    const isRefusal = error !== undefined && error !== null && error !== '';
    if (!isRefusal && type !== 'Turn' && type !== 'Termination' && !idleTypes.includes(type))
      passOver(engine, 'message');
    onMessage(type);
    deliver(isRefusal || error === undefined ? event : { data: JSON.stringify({ type, ...rest }) });
  };
}

/** The message; undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
