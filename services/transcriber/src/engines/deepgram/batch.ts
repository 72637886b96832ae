import { DeepgramClient, DeepgramError } from '@deepgram/sdk';
import { AppError, MINUTE, SECOND } from '@earshot/kernel';
import { readBatchResponse } from './messages.ts';
import { batch } from './options.ts';
import { engineError } from '../engine-error.ts';
import type { z } from 'zod';
import { parseOptions } from '../options.ts';
import { codeOfRefusal } from '../refusals.ts';
import type { BatchEngine, BatchTranscript, TranscribeOptions } from '../speech-engine.ts';

export interface DeepgramConfig {
  apiKey: string;
  /** Covers HTTP and WebSocket; Deepgram's own when absent. */
  baseUrl?: string;
  /** How long the answer to a recording is waited for. */
  answerTimeoutMs?: number;
}

const engine = batch.name;
/** The provider itself gives up after ten minutes: https://developers.deepgram.com/docs/pre-recorded-audio */
const defaultAnswerTimeoutMs = 10 * MINUTE;

/** Deepgram's pre-recorded API. */
export class DeepgramEngine implements BatchEngine {
  readonly #config: DeepgramConfig;
  readonly #client: DeepgramClient;

  constructor(config: DeepgramConfig) {
    this.#config = config;
    this.#client = new DeepgramClient({ apiKey: config.apiKey, ...(config.baseUrl && { baseUrl: config.baseUrl }) });
  }

  async transcribe({ wav, engineOptions, signal }: TranscribeOptions): Promise<BatchTranscript> {
    const request = toRequest(parseOptions(batch, engineOptions));
    const timeoutInSeconds = (this.#config.answerTimeoutMs ?? defaultAnswerTimeoutMs) / SECOND;
    const raw: unknown = await this.#client.listen.v1.media
      .transcribeFile(wav, request, { abortSignal: signal, timeoutInSeconds, maxRetries: 0 })
      .catch((error: unknown) => {
        throw this.#toAppError(error, signal);
      });
    const transcript = readBatchResponse(engine, raw);
    // The SDK returns a body that is not JSON as if it were the answer, so this is where it shows.
    if (!transcript) throw this.#error('internal', 'malformed response', 200);
    return transcript;
  }

  #toAppError(error: unknown, signal: AbortSignal): AppError {
    if (signal.aborted) return new AppError('cancelled', 'transcription was cancelled');
    if (!(error instanceof DeepgramError))
      return this.#error('unavailable', error instanceof Error ? error.message : undefined);
    const { statusCode, body } = error;
    const { err_msg: message } = (body ?? {}) as { err_msg?: unknown };
    const reason = typeof message === 'string' ? message : error.message;
    if (statusCode === 400 && /audio/i.test(reason)) return this.#error('failed-precondition', reason, statusCode);
    return this.#error(codeOfRefusal({ reason, status: statusCode }), reason, statusCode);
  }

  #error(code: Parameters<typeof engineError>[0], reason: string | undefined, status?: number): AppError {
    return engineError(code, { engine, apiKey: this.#config.apiKey, reason, ...(status !== undefined && { status }) });
  }
}

/**
 * nova-3 has `keyterm` where the models before it have `keywords`, and refuses the other. Where the language is detected,
 * none is sent: https://developers.deepgram.com/docs/language-detection
 */
function toRequest({ keywords, language, ...options }: z.output<typeof batch.options>) {
  const terms = options.model.startsWith('nova-3') ? { keyterm: keywords } : { keywords };
  return { ...options, ...(!options.detect_language && { language }), ...(keywords.length > 0 && terms) };
}
