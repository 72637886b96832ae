import { AppError } from '@earshot/kernel';
import { z } from 'zod';
import type { EngineOptions } from './speech-engine.ts';

const on = z.boolean().default(true);
const off = z.boolean().default(false);
const strings = z.array(z.string().min(1)).default([]);
/** The public API documents these as strings and shows them as numbers. */
const numeric = (fallback: number) => z.coerce.number<number | string>().min(0).default(fallback);
const name = (fallback: string) => z.string().min(1).default(fallback);

/** The options of each provider in `recording_config.transcript.provider`, with the public API's defaults. */
export const engineOptionSchemas = {
  deepgram: z.strictObject({
    model: name('nova-3'),
    language: name('en'),
    punctuate: on,
    smart_format: on,
    diarize: on,
    paragraphs: on,
    numerals: on,
    filler_words: off,
    utterances: on,
    /** Seconds. */
    utt_split: z.number().positive().default(0.8),
    detect_language: off,
    keywords: strings,
    search: strings,
    tag: strings,
  }),
  deepgram_streaming: z.strictObject({
    model: name('nova-2'),
    transcription_mode: z.enum(['sentence', 'word', 'raw']).default('sentence'),
    language: name('en'),
    punctuate: on,
    smart_format: on,
    /** Milliseconds of silence that end a turn; false: never. */
    endpointing: z.union([z.int().min(0), z.literal(false)]).default(300),
    vad_events: on,
    utterance_end_ms: z.int().min(1000).default(1000),
    encoding: z.literal('linear16').default('linear16'),
    channels: z.literal(1).default(1),
  }),
  assemblyai: z.strictObject({
    speech_models: z.array(z.string().min(1)).min(1).default(['universal-2']),
    language_code: name('en_us'),
    speaker_labels: on,
    punctuate: on,
    format_text: on,
    filter_profanity: off,
    redact_pii: off,
    auto_chapters: off,
    entity_detection: off,
    keyterms_prompt: strings,
  }),
  assemblyai_streaming: z.strictObject({
    speech_model: name('universal-streaming-english'),
    transcription_mode: z.enum(['raw', 'sentence']).default('raw'),
    sample_rate: z.coerce.number<number | string>().int().min(8000).max(48_000).default(48_000),
    format_turns: off,
    encoding: z.literal('pcm_s16le').default('pcm_s16le'),
    vad_threshold: numeric(0.4),
    end_of_turn_confidence_threshold: numeric(0.4),
    /** Seconds. */
    inactivity_timeout: z.coerce.number<number | string>().int().min(5).max(3600).default(300),
    min_end_of_turn_silence_when_confident: numeric(400),
    max_turn_silence: numeric(1280),
  }),
} as const;

export type EngineName = keyof typeof engineOptionSchemas;
export type ParsedEngineOptions<Name extends EngineName> = z.output<(typeof engineOptionSchemas)[Name]>;

/** Checks a provider's options and fills in the defaults. Throws `invalid-argument` that names every option at fault. */
export function parseEngineOptions<Name extends EngineName>(
  engine: Name,
  options: EngineOptions,
): ParsedEngineOptions<Name> {
  const parsed = engineOptionSchemas[engine].safeParse(options);
  if (parsed.success) return parsed.data as ParsedEngineOptions<Name>;
  const problems = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${key}: unknown option`)
      : `${issue.path.join('.')}: ${issue.message.toLowerCase()}`,
  );
  throw new AppError('invalid-argument', `invalid ${engine} options: ${problems.join('; ')}`, {
    fields: { engine, problems },
  });
}
