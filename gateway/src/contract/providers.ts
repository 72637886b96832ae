import type { BotSpec } from '@earshot/contract/scheduler/v1/bots.ts';
import type { TranscriptionWay } from '@earshot/kernel';
import { fromPlanMessage } from '@earshot/rpc';
import { z } from 'zod';

const flag = z.boolean();
const name = z.string().min(1);
const terms = z.array(z.string().min(1)).max(100);

/** What the public API shows as a number and documents as a string (`"0.4"`); either is taken, and kept as a string. */
const numeric = (number: z.ZodType<number, number>) =>
  z
    .union([z.number(), z.string().regex(/^\d+(\.\d+)?$/, 'must be a number')])
    .transform(Number)
    .pipe(number)
    .transform(String);
const share = numeric(z.number().min(0).max(1));
const milliseconds = numeric(z.int().min(0));

/** How live words are sent; it is ours and not the provider's, so that each live provider has all three. */
const transcriptionMode = z.enum(['sentence', 'word', 'raw']);

/**
 * Every option of each speech provider, with the documented defaults. An option that is not here is a mistake. The
 * transcriber checks the same again before it asks a provider: test/tools/provider-options.test.ts holds the two together.
 */
export const providers = {
  deepgram: z.strictObject({
    model: name.default('nova-3'),
    language: name.default('en'),
    punctuate: flag.default(true),
    smart_format: flag.default(true),
    diarize: flag.default(true),
    paragraphs: flag.default(true),
    numerals: flag.default(true),
    filler_words: flag.default(false),
    utterances: flag.default(true),
    /** Seconds. */
    utt_split: z.number().positive().default(0.8),
    detect_language: flag.default(false),
    keywords: terms.default([]),
    search: terms.default([]),
    tag: terms.default([]),
  }),
  deepgram_streaming: z.strictObject({
    model: name.default('nova-2'),
    transcription_mode: transcriptionMode.default('sentence'),
    language: name.default('en'),
    punctuate: flag.default(true),
    smart_format: flag.default(true),
    /** Milliseconds of silence that end a turn; false: never. */
    endpointing: z.union([z.int().min(0), z.literal(false)]).default(300),
    vad_events: flag.default(true),
    /** The provider has nothing finer: https://developers.deepgram.com/docs/utterance-end */
    utterance_end_ms: z.int().min(1000).default(1000),
    encoding: z.literal('linear16').default('linear16'),
    channels: z.literal(1).default(1),
  }),
  assemblyai: z.strictObject({
    speech_models: terms.min(1).default(['universal-2']),
    language_code: name.default('en_us'),
    speaker_labels: flag.default(true),
    punctuate: flag.default(true),
    format_text: flag.default(true),
    filter_profanity: flag.default(false),
    redact_pii: flag.default(false),
    auto_chapters: flag.default(false),
    entity_detection: flag.default(false),
    keyterms_prompt: terms.default([]),
  }),
  /** Not documented elsewhere: any server with OpenAI's transcription call, which the operator names. */
  openai_compatible: z.strictObject({
    model: z.string().default(''),
    language: z.string().default(''),
    prompt: z.string().max(1000).default(''),
    temperature: z.number().min(0).max(1).default(0),
  }),
  /** The platform's own captions, which the bot reads. It is documented without options: this one each live provider has. */
  meeting_captions: z.strictObject({ transcription_mode: transcriptionMode.default('raw') }),
  assemblyai_streaming: z.strictObject({
    speech_model: name.default('universal-streaming-english'),
    transcription_mode: transcriptionMode.default('raw'),
    sample_rate: z.int().min(8000).max(48_000).default(48_000),
    format_turns: flag.default(false),
    encoding: z.literal('pcm_s16le').default('pcm_s16le'),
    vad_threshold: share.default('0.4'),
    end_of_turn_confidence_threshold: share.default('0.4'),
    /** Seconds. */
    inactivity_timeout: z.int().min(5).max(3600).default(300),
    min_end_of_turn_silence_when_confident: milliseconds.default('400'),
    max_turn_silence: milliseconds.default('1280'),
  }),
} as const;

export type ProviderName = keyof typeof providers;

/** The vendor's own, which nobody else has: the operator's choice of engine serves them. */
export const ownProviders = {
  meetstream: z.strictObject({
    language: name.default('auto'),
    translate: z.literal(false, 'is not available: this server does not translate').default(false),
  }),
  /** It is documented without options: this one each live provider has. */
  meetstream_streaming: z.strictObject({ transcription_mode: transcriptionMode.optional() }),
} as const;

export type OwnProviderName = keyof typeof ownProviders;

/** Beside its options: how each makes words of speech, and whose key it is asked with (undefined: nobody's). */
const traits = {
  deepgram: { way: 'recorded', vendor: 'deepgram' },
  deepgram_streaming: { way: 'live', vendor: 'deepgram' },
  assemblyai: { way: 'recorded', vendor: 'assemblyai' },
  assemblyai_streaming: { way: 'live', vendor: 'assemblyai' },
  openai_compatible: { way: 'recorded', vendor: 'openai_compatible' },
  meeting_captions: { way: 'captions', vendor: undefined },
  meetstream: { way: 'recorded', vendor: undefined },
  meetstream_streaming: { way: 'live', vendor: undefined },
} as const satisfies Readonly<
  Record<ProviderName | OwnProviderName, { readonly way: TranscriptionWay; readonly vendor: string | undefined }>
>;

/** How a provider makes words of speech. */
export function wayOf(engine: ProviderName | OwnProviderName): TranscriptionWay {
  return traits[engine].way;
}

/** Whose key an engine is asked with; undefined for captions, which ask nobody. */
export function vendorOf(engine: ProviderName): string | undefined {
  return traits[engine].vendor;
}

/** Whether a bot reads the meeting's own captions: no provider is asked then. */
export function readsCaptions(spec: Pick<BotSpec, 'speech'> | undefined): boolean {
  return fromPlanMessage(spec?.speech)?.way === 'captions';
}
