import { DeepgramClient, DeepgramError } from '@deepgram/sdk';
import { AppError, MINUTE, SECOND } from '@earshot/kernel';
import { batchResponse, toEngineWord } from './deepgram-messages.ts';
import { codeOfStatus, engineError } from './engine-error.ts';
import { parseEngineOptions, type ParsedEngineOptions } from './options.ts';
import type { BatchEngine, BatchTranscript, TranscribeOptions } from './speech-engine.ts';
import { toUtterance } from './utterance.ts';

export interface DeepgramConfig {
  apiKey: string;
  /** Covers HTTP and WebSocket; Deepgram's own when absent. */
  baseUrl?: string;
  /** How long the answer to a recording is waited for. */
  answerTimeoutMs?: number;
}

const engine = 'deepgram';
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
    const request = toRequest(parseEngineOptions(engine, engineOptions));
    const timeoutInSeconds = (this.#config.answerTimeoutMs ?? defaultAnswerTimeoutMs) / SECOND;
    const raw: unknown = await this.#client.listen.v1.media
      .transcribeFile(wav, request, { abortSignal: signal, timeoutInSeconds, maxRetries: 0 })
      .catch((error: unknown) => {
        throw this.#toAppError(error, signal);
      });
    const parsed = batchResponse.safeParse(raw);
    // The SDK hands on a body that is not JSON as if it were the answer, so this is where it shows.
    if (!parsed.success) throw this.#error('internal', 'malformed response', 200);
    return toTranscript(parsed.data, raw);
  }

  #toAppError(error: unknown, signal: AbortSignal): AppError {
    if (signal.aborted) return new AppError('cancelled', 'transcription was cancelled');
    if (!(error instanceof DeepgramError))
      return this.#error('unavailable', error instanceof Error ? error.message : undefined);
    const { statusCode, body } = error;
    const { err_msg: reason } = (body ?? {}) as { err_msg?: string };
    if (statusCode === 400 && /audio/i.test(reason ?? ''))
      return this.#error('failed-precondition', reason, statusCode);
    return this.#error(codeOfStatus(statusCode), reason ?? error.message, statusCode);
  }

  #error(code: Parameters<typeof engineError>[0], reason: string | undefined, status?: number): AppError {
    return engineError(code, { engine, apiKey: this.#config.apiKey, reason, ...(status !== undefined && { status }) });
  }
}

/** nova-3 has `keyterm` where the models before it have `keywords`, and refuses the other. */
export function toRequest({ keywords, ...options }: ParsedEngineOptions<'deepgram'>) {
  if (keywords.length === 0) return options;
  return options.model.startsWith('nova-3') ? { ...options, keyterm: keywords } : { ...options, keywords };
}

function toTranscript({ metadata, results }: ReturnType<typeof batchResponse.parse>, raw: unknown): BatchTranscript {
  const channels = results.channels.map(({ alternatives: [best] }) => best);
  const language = results.channels[0]?.detected_language;
  const spoken = results.utterances ?? channels;
  return {
    words: channels.flatMap(({ words }) => words.map(toEngineWord)).sort((a, b) => a.startMs - b.startMs),
    utterances: spoken.flatMap(({ words, speaker }) => {
      const utterance = toUtterance(words.map(toEngineWord));
      return utterance ? { ...utterance, ...(typeof speaker === 'number' && { speaker }) } : [];
    }),
    text: channels.map(({ transcript }) => transcript).join('\n'),
    ...(language && { language }),
    durationMs: Math.round(metadata.duration * 1000),
    raw,
  };
}
