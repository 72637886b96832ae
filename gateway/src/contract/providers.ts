import { z } from 'zod';

const flag = z.boolean();
const words = z.array(z.string()).max(100);

/** A number the public API writes as a string (`"0.4"`); either is taken. */
const numeric = z.union([z.number(), z.string().regex(/^\d+(\.\d+)?$/)]).transform(String);

/** Every option of each speech provider, with the documented defaults. An option that is not here is a mistake. */
export const providers = {
  deepgram: z.strictObject({
    model: z.string().default('nova-3'),
    language: z.string().default('en'),
    punctuate: flag.default(true),
    smart_format: flag.default(true),
    diarize: flag.default(true),
    paragraphs: flag.default(true),
    numerals: flag.default(true),
    filler_words: flag.default(false),
    utterances: flag.default(true),
    utt_split: z.number().default(0.8),
    detect_language: flag.default(false),
    keywords: words.default([]),
    search: words.default([]),
    tag: words.default([]),
  }),
  deepgram_streaming: z.strictObject({
    model: z.string().default('nova-2'),
    transcription_mode: z.enum(['sentence', 'word', 'raw']).default('sentence'),
    language: z.string().default('en'),
    punctuate: flag.default(true),
    smart_format: flag.default(true),
    endpointing: z.number().int().min(0).default(300),
    vad_events: flag.default(true),
    utterance_end_ms: z.number().int().min(0).default(1000),
    encoding: z.literal('linear16').default('linear16'),
    channels: z.literal(1).default(1),
  }),
  assemblyai: z.strictObject({
    speech_models: words.default(['universal-2']),
    language_code: z.string().default('en_us'),
    speaker_labels: flag.default(true),
    punctuate: flag.default(true),
    format_text: flag.default(true),
    filter_profanity: flag.default(false),
    redact_pii: flag.default(false),
    auto_chapters: flag.default(false),
    entity_detection: flag.default(false),
    keyterms_prompt: words.default([]),
  }),
  assemblyai_streaming: z.strictObject({
    speech_model: z.string().default('universal-streaming-english'),
    transcription_mode: z.enum(['raw', 'sentence', 'word']).default('raw'),
    sample_rate: z.number().int().default(48000),
    format_turns: flag.default(false),
    encoding: z.literal('pcm_s16le').default('pcm_s16le'),
    vad_threshold: numeric.default('0.4'),
    end_of_turn_confidence_threshold: numeric.default('0.4'),
    inactivity_timeout: z.number().int().default(300),
    min_end_of_turn_silence_when_confident: numeric.default('400'),
    max_turn_silence: numeric.default('1280'),
  }),
} as const;

export type ProviderName = keyof typeof providers;

const known = Object.keys(providers).join(', ');

/** Exactly one provider, by its name. */
export const provider = z
  .record(z.string(), z.unknown())
  .transform((given, context): { engine: ProviderName; options: Record<string, unknown> } => {
    const names = Object.keys(given);
    const [name] = names;
    if (names.length !== 1 || name === undefined) {
      context.addIssue({
        code: 'custom',
        message: `exactly one provider is allowed, ${names.length} given (${names.join(', ')})`,
      });
      return z.NEVER;
    }
    if (!(name in providers)) {
      context.addIssue({ code: 'custom', path: [name], message: `is not a known provider (${known})` });
      return z.NEVER;
    }
    const engine = name as ProviderName;
    const parsed = providers[engine].safeParse(given[name] ?? {});
    if (!parsed.success) {
      for (const issue of parsed.error.issues) {
        const unknown = issue.code === 'unrecognized_keys' ? issue.keys : undefined;
        for (const key of unknown ?? ['']) {
          const path = [name, ...issue.path, ...(key ? [key] : [])];
          context.addIssue({ code: 'custom', path, message: unknown ? 'is not a known option' : issue.message });
        }
      }
      return z.NEVER;
    }
    return { engine, options: parsed.data };
  });

export function isStreaming(engine: ProviderName): boolean {
  return engine.endsWith('_streaming');
}
