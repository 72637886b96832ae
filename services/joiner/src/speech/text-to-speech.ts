import { AppError, SECOND, withTimeout } from '@earshot/kernel';
import { VOICE_RATE } from '../domain/bot-voice.ts';
import { PcmStream } from './pcm-stream.ts';
import { WavStream } from './wav-stream.ts';

/** A server that makes speech of a text. */
export interface TextToSpeech {
  /** What it says, 48 kHz, mono, as it comes. Throws `unavailable` with a reason, and `cancelled` when the signal aborts. */
  speak(text: string, signal: AbortSignal): AsyncIterable<Int16Array>;
}

export interface SpeechServerConfig {
  /** Of an OpenAI-compatible server, up to and with the version, or with `/audio/speech` behind it. */
  readonly url: string;
  /** Empty where none is needed. */
  readonly apiKey: string;
  readonly model: string;
  readonly voice: string;
  /** Hz of the PCM that it answers with; an answer that is a WAV file has its own. */
  readonly sampleRate: number;
  /** For the head of its answer, and for each part of the rest, milliseconds; 20 s by default. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 20 * SECOND;
const LONGEST_REASON = 200;
const SPEECH_PATH = '/audio/speech';

/**
 * Asks for speech as OpenAI's API has it (https://platform.openai.com/docs/api-reference/audio/createSpeech). The operator has chosen the
 * address, so it is asked without the guard for customers' ones.
 */
export function createTextToSpeech(config: SpeechServerConfig): TextToSpeech {
  const { model, voice, sampleRate, timeoutMs = TIMEOUT_MS } = config;
  return {
    async *speak(input, signal) {
      const body = JSON.stringify({ model, input, voice, response_format: 'pcm' });
      const { chunks, cancel } = await post(config, { body, signal, timeoutMs });
      try {
        let decoder: PcmStream | WavStream | undefined;
        let samples = 0;
        for (;;) {
          const chunk = await within(chunks.read(), { signal, timeoutMs });
          if (chunk.done) break;
          // Some answer with a file, whatever was asked for.
          decoder ??= isRiff(chunk.value) ? new WavStream() : new PcmStream({ sampleRate, channels: 1 });
          const pcm = decoder.push(chunk.value);
          samples += pcm.length;
          if (pcm.length > 0) yield pcm;
        }
        const rest = decoder?.flush() ?? new Int16Array(0);
        if (samples + rest.length < VOICE_RATE / 100) throw failed('its answer has no audio');
        if (rest.length > 0) yield rest;
      } catch (error) {
        throw AppError.from(error).code === 'invalid-argument' ? failed('its answer is no audio') : error;
      } finally {
        cancel();
      }
    },
  };
}

function isRiff(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'RIFF';
}

interface Posting {
  readonly body: string;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

async function post({ url, apiKey }: SpeechServerConfig, { body, signal, timeoutMs }: Posting) {
  const ending = new AbortController();
  const base = url.replace(/\/+$/, '');
  const asked = fetch(base.endsWith(SPEECH_PATH) ? base : base + SPEECH_PATH, {
    method: 'POST',
    body,
    signal: ending.signal,
    redirect: 'error',
    headers: { 'content-type': 'application/json', ...(apiKey && { authorization: `Bearer ${apiKey}` }) },
  });
  try {
    const response = await within(asked, { signal, timeoutMs });
    if (!response.ok) {
      const reason = reasonOf(await within(response.text(), { signal, timeoutMs }));
      const shown = apiKey ? reason.replaceAll(apiKey, '[key]') : reason;
      throw failed(`it answered ${response.status}${shown && `: ${shown.slice(0, LONGEST_REASON)}`}`);
    }
    // Raw PCM says nothing of itself; who answers with a text has no audio.
    const type = response.headers.get('content-type') ?? '';
    if (/^(text\/|application\/(json|xml))/.test(type)) throw failed('its answer is no audio');
    const chunks = (response.body ?? new Blob([]).stream()).getReader();
    return { chunks, cancel: () => ending.abort() };
  } catch (error) {
    ending.abort();
    throw error;
  }
}

/** Waits for a part of the answer. Throws `cancelled`, or `unavailable` with what became of the server. */
async function within<T>(
  part: Promise<T>,
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
): Promise<T> {
  try {
    return await withTimeout(part, { timeoutMs, signal, toError: () => failed('it does not answer') });
  } catch (error) {
    if (signal.aborted) throw AppError.from(signal.reason);
    if (error instanceof AppError) throw error;
    const { cause } = error as { cause?: { code?: unknown } };
    throw failed(typeof cause?.code === 'string' ? `it cannot be reached (${cause.code})` : 'it cannot be reached');
  }
}

function failed(reason: string): AppError {
  return new AppError('unavailable', `the text-to-speech engine failed: ${reason}`);
}

/** `{"error": {"message": ...}}`, or what other servers make of it. */
function reasonOf(text: string): string {
  try {
    const { error, detail } = JSON.parse(text) as { error?: { message?: unknown } | string; detail?: unknown };
    const reason = typeof error === 'object' ? error.message : (error ?? detail);
    return typeof reason === 'string' ? reason : '';
  } catch {
    return '';
  }
}
