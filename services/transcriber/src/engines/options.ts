import { AppError } from '@earshot/kernel';
import { z } from 'zod';
import type { EngineOptions } from './speech-engine.ts';

const on = z.boolean().default(true);
const off = z.boolean().default(false);
const name = (fallback: string) => z.string().min(1).default(fallback);
const terms = z.array(z.string().min(1)).max(100).default([]);
/** What the public API documents as a string and shows as a number. */
const numeric = (number: z.ZodType<number, number>) =>
  z
    .union([z.number(), z.string().regex(/^\d+(\.\d+)?$/, 'must be a number')])
    .transform(Number)
    .pipe(number);
const share = numeric(z.number().min(0).max(1)).default(0.4);
const milliseconds = numeric(z.int().min(0));
const mode = z.enum(['sentence', 'word', 'raw']);

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
    keywords: terms,
    search: terms,
    tag: terms,
  }),
  deepgram_streaming: z.strictObject({
    model: name('nova-2'),
    transcription_mode: mode.default('sentence'),
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
    speech_models: z.array(z.string().min(1)).min(1).max(100).default(['universal-2']),
    language_code: name('en_us'),
    speaker_labels: on,
    punctuate: on,
    format_text: on,
    filter_profanity: off,
    redact_pii: off,
    auto_chapters: off,
    entity_detection: off,
    keyterms_prompt: terms,
  }),
  openai_compatible: z.strictObject({
    /** Empty: the server's own setting. */
    model: z.string().default(''),
    /** Two letters; empty: detected. */
    language: z.string().default(''),
    prompt: z.string().max(1000).default(''),
    temperature: z.number().min(0).max(1).default(0),
  }),
  /** The platform's own captions, which the bot reads: no provider is asked. */
  meeting_captions: z.strictObject({ transcription_mode: mode.default('raw') }),
  assemblyai_streaming: z.strictObject({
    speech_model: name('universal-streaming-english'),
    transcription_mode: mode.default('raw'),
    /** Taken and not used: the audio that is sent has 16 kHz, and is declared so. */
    sample_rate: z.int().min(8000).max(48_000).default(48_000),
    format_turns: off,
    encoding: z.literal('pcm_s16le').default('pcm_s16le'),
    vad_threshold: share,
    end_of_turn_confidence_threshold: share,
    /** Seconds. */
    inactivity_timeout: z.int().min(5).max(3600).default(300),
    min_end_of_turn_silence_when_confident: milliseconds.default(400),
    max_turn_silence: milliseconds.default(1280),
  }),
} as const;

export type EngineName = keyof typeof engineOptionSchemas;
export type ParsedEngineOptions<Name extends EngineName> = z.output<(typeof engineOptionSchemas)[Name]>;

export function isEngineName(name: string): name is EngineName {
  return Object.hasOwn(engineOptionSchemas, name);
}

/** How live words are to be sent; undefined for an engine that reads recordings. Throws as `parseEngineOptions` does. */
export function transcriptionMode(engine: string, options: EngineOptions): 'sentence' | 'word' | 'raw' | undefined {
  if (!isEngineName(engine)) return undefined;
  const parsed = parseEngineOptions(engine, options);
  return 'transcription_mode' in parsed ? parsed.transcription_mode : undefined;
}

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
