import { openAsBlob } from 'node:fs';
import { AppError, HOUR, SECOND } from '@earshot/kernel';
import { Agent, fetch, FormData } from 'undici';
import { engineError } from '../engine-error.ts';
import { toBatchTranscript, transcriptionSchema } from './messages.ts';
import { batch } from './options.ts';
import { parseOptions } from '../options.ts';
import { codeOfRefusal } from '../refusals.ts';
import type { BatchEngine, BatchTranscript, TranscribeOptions } from '../speech-engine.ts';

export interface OpenAiCompatibleConfig {
  /** Up to and with the version: `http://127.0.0.1:8000/v1`. */
  readonly baseUrl: string;
  /** A server of one's own may do without. */
  readonly apiKey?: string;
  /** The model that is asked for when the bot's options name none. */
  readonly model: string;
  /** How long the answer to a recording is waited for: a server without a graphics card may take as long as it plays. */
  readonly answerTimeoutMs?: number;
}

const engine = batch.name;
const connectTimeoutMs = 10 * SECOND;

/** Any server that has OpenAI's transcription call: Whisper on one's own machine, for one. */
export class OpenAiCompatibleEngine implements BatchEngine {
  readonly #config: OpenAiCompatibleConfig;
  readonly #dispatcher: Agent;

  constructor(config: OpenAiCompatibleConfig) {
    const { answerTimeoutMs = HOUR } = config;
    this.#config = config;
    this.#dispatcher = new Agent({
      connect: { timeout: connectTimeoutMs },
      headersTimeout: answerTimeoutMs,
      bodyTimeout: answerTimeoutMs,
    });
  }

  async transcribe({ wav, engineOptions, signal }: TranscribeOptions): Promise<BatchTranscript> {
    const options = parseOptions(batch, engineOptions);
    const audio = wav instanceof Uint8Array ? new Blob([wav.slice()]) : await openAsBlob(wav.path);
    const form = new FormData();
    form.set('file', audio, 'recording.wav');
    form.set('model', options.model || this.#config.model);
    form.set('response_format', 'verbose_json');
    for (const granularity of ['word', 'segment']) form.append('timestamp_granularities[]', granularity);
    form.set('temperature', String(options.temperature));
    if (options.language) form.set('language', options.language);
    if (options.prompt) form.set('prompt', options.prompt);
    const { status, text } = await this.#post(form, signal);
    const body = parse(text);
    if (status >= 400) {
      const reason = reasonOf(body) ?? text;
      const isAudio = status === 400 && /audio/i.test(reason);
      throw this.#error(isAudio ? 'failed-precondition' : codeOfRefusal({ reason, status }), reason, status);
    }
    const transcription = transcriptionSchema.safeParse(body);
    if (!transcription.success) throw this.#error('internal', 'malformed response', status);
    return toBatchTranscript(transcription.data, body);
  }

  async #post(form: FormData, signal: AbortSignal): Promise<{ status: number; text: string }> {
    const { apiKey, baseUrl } = this.#config;
    try {
      const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/audio/transcriptions`, {
        method: 'POST',
        body: form,
        ...{ signal, dispatcher: this.#dispatcher },
        ...(apiKey && { headers: { authorization: `Bearer ${apiKey}` } }),
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      if (signal.aborted) throw new AppError('cancelled', 'transcription was cancelled');
      const { cause = error } = error as { cause?: unknown };
      throw this.#error('unavailable', cause instanceof Error ? cause.message : undefined);
    }
  }

  #error(code: Parameters<typeof engineError>[0], reason: string | undefined, status?: number): AppError {
    const { apiKey = '' } = this.#config;
    return engineError(code, { engine, apiKey, reason, ...(status !== undefined && { status }) });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `{"error": {"message": ...}}`, or what other servers make of it. */
function reasonOf(body: unknown): string | undefined {
  const { error, detail } = (body ?? {}) as { error?: { message?: unknown } | string; detail?: unknown };
  const reason = typeof error === 'object' ? error.message : (error ?? detail);
  return typeof reason === 'string' ? reason : undefined;
}
