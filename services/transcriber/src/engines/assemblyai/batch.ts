import { readFile } from 'node:fs/promises';
import { AppError, MINUTE, SECOND, type Clock } from '@earshot/kernel';
import { systemClock } from '@earshot/service';
import { FileService, TranscriptService, type PiiPolicy } from 'assemblyai';
import { toSpeaker, transcriptSchema, wordsOf } from './messages.ts';
import { batch } from './options.ts';
import { engineError } from '../engine-error.ts';
import type { z } from 'zod';
import { parseOptions } from '../options.ts';
import { codeOfRefusal } from '../refusals.ts';
import type { BatchEngine, BatchTranscript, TranscribeOptions } from '../speech-engine.ts';
import { toUtterance } from '../utterance.ts';

export interface AssemblyAiConfig {
  apiKey: string;
  /** AssemblyAI's own when absent. */
  baseUrl?: string;
  clock?: Clock;
  /** The SDK's own rhythm is 3 seconds. */
  pollIntervalMs?: number;
  /** How long a recording may take from the upload to its words; the SDK itself waits for ever. */
  answerTimeoutMs?: number;
}

const engine = batch.name;
const defaultBaseUrl = 'https://api.assemblyai.com';

/** `redact_pii` is refused without a list; this is what the public API promises by it. */
const redactedPii: PiiPolicy[] = [
  ...(['person_name', 'phone_number', 'email_address', 'location', 'date_of_birth'] as const),
  ...(['credit_card_number', 'credit_card_cvv', 'credit_card_expiration', 'banking_information'] as const),
  ...(['us_social_security_number', 'drivers_license', 'passport_number', 'password'] as const),
];

/** The SDK takes no signal, and throws an answer's status away; both are put back here, for one transcription. */
class Transcripts extends TranscriptService {
  readonly #guard: (input: string, init?: RequestInit) => Promise<Response>;

  constructor(config: AssemblyAiConfig, guard: (fetch: Promise<Response>) => Promise<Response>, signal: AbortSignal) {
    const params = { apiKey: config.apiKey, baseUrl: config.baseUrl ?? defaultBaseUrl };
    const files = new FileService(params);
    super(params, files);
    this.#guard = (input, init) => guard(super.fetchResponse(input, { ...init, signal }));
    Object.assign(files, { fetchResponse: this.#guard });
  }

  protected override fetchResponse(input: string, init?: RequestInit): Promise<Response> {
    return this.#guard(input, init);
  }
}

/** AssemblyAI's asynchronous API: upload, submit, poll. */
export class AssemblyAiEngine implements BatchEngine {
  readonly #config: AssemblyAiConfig;

  constructor(config: AssemblyAiConfig) {
    this.#config = config;
  }

  async transcribe({ wav, engineOptions, signal }: TranscribeOptions): Promise<BatchTranscript> {
    const request = toRequest(parseOptions(batch, engineOptions));
    const { clock = systemClock, answerTimeoutMs = 30 * MINUTE } = this.#config;
    const ended = new AbortController();
    const late = new AbortController();
    void clock.sleep(answerTimeoutMs, ended.signal).then(
      () => late.abort(),
      () => {},
    );
    const either = AbortSignal.any([signal, late.signal]);
    const transcripts = new Transcripts(this.#config, (fetching) => this.#checked(fetching), either);
    try {
      const audio = wav instanceof Uint8Array ? wav : await readFile(wav.path);
      const { id } = await transcripts.submit({ ...request, audio });
      const transcript = await this.#awaitResult(transcripts, id, either);
      return this.#toTranscript(transcript);
    } catch (error) {
      if (signal.aborted) throw new AppError('cancelled', 'transcription was cancelled');
      if (late.signal.aborted) throw this.#error('unavailable', `no answer within ${answerTimeoutMs / SECOND} s`);
      if (error instanceof AppError) throw error;
      // What is left is a body that is not JSON.
      throw this.#error('internal', error instanceof Error ? error.message : undefined);
    } finally {
      ended.abort();
    }
  }

  async #awaitResult(transcripts: Transcripts, id: string, signal: AbortSignal): Promise<unknown> {
    const { clock = systemClock, pollIntervalMs = 3 * SECOND } = this.#config;
    for (;;) {
      const transcript = await transcripts.get(id);
      if (transcript.status === 'completed' || transcript.status === 'error') return transcript;
      await clock.sleep(pollIntervalMs, signal);
    }
  }

  async #checked(fetching: Promise<Response>): Promise<Response> {
    const response = await fetching.catch((error: unknown) => {
      throw this.#error('unavailable', error instanceof Error ? error.message : undefined);
    });
    if (response.status < 400) return response;
    const text = await response.text().catch(() => '');
    const [reason, { status }] = [reasonOf(text), response];
    throw this.#error(codeOfRefusal({ reason, status }), reason, status);
  }

  #toTranscript(raw: unknown): BatchTranscript {
    const parsed = transcriptSchema.safeParse(raw);
    if (!parsed.success) throw this.#error('internal', 'malformed transcript');
    const { data } = parsed;
    if (data.status === 'error') throw this.#error('failed-precondition', data.error ?? undefined);
    const words = wordsOf(engine, data.words);
    const spoken = data.utterances.map((utterance) => ({
      words: wordsOf(engine, utterance.words),
      speaker: toSpeaker(utterance.speaker),
    }));
    const isByVoice = spoken.some((utterance) => utterance.words.length > 0);
    return {
      words,
      utterances: (isByVoice ? spoken : [{ words, speaker: undefined }]).flatMap(({ words: spokenWords, speaker }) => {
        const utterance = toUtterance(spokenWords);
        return utterance ? { ...utterance, ...(speaker !== undefined && { speaker }) } : [];
      }),
      text: data.text ?? '',
      ...(data.language_code && { language: data.language_code }),
      ...(typeof data.audio_duration === 'number' && { durationMs: data.audio_duration * 1000 }),
      raw,
    };
  }

  #error(code: Parameters<typeof engineError>[0], reason: string | undefined, status?: number): AppError {
    return engineError(code, { engine, apiKey: this.#config.apiKey, reason, ...(status !== undefined && { status }) });
  }
}

function toRequest({ keyterms_prompt: keyterms, redact_pii: isRedacted, ...options }: z.output<typeof batch.options>) {
  return {
    ...options,
    ...(keyterms.length > 0 && { keyterms_prompt: keyterms }),
    ...(isRedacted && { redact_pii: true, redact_pii_policies: redactedPii }),
  };
}

function reasonOf(text: string): string {
  try {
    return String((JSON.parse(text) as { error?: unknown }).error ?? text);
  } catch {
    return text;
  }
}
