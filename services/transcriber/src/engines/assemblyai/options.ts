import { z } from 'zod';
import { languageBy } from '../language.ts';
import { numeric, off, on, terms, text, transcriptionMode } from '../options.ts';
import type { EngineDescriptor } from '../vendor.ts';

const share = numeric(z.number().min(0).max(1)).default(0.4);
const milliseconds = numeric(z.int().min(0));
/** The one live model that understands more than English: https://www.assemblyai.com/docs/streaming/universal-streaming */
const MULTILINGUAL = 'universal-streaming-multilingual';

/** AssemblyAI's engine for recordings, with the public API's defaults. */
export const batch = {
  name: 'assemblyai',
  options: z.strictObject({
    speech_models: z.array(z.string().min(1)).min(1).max(100).default(['universal-2']),
    language_code: text('en_us'),
    speaker_labels: on,
    punctuate: on,
    format_text: on,
    filter_profanity: off,
    redact_pii: off,
    auto_chapters: off,
    entity_detection: off,
    keyterms_prompt: terms,
  }),
  languageOf: (options) => languageBy(options['language_code']),
  optionsOf: (language) => (typeof language === 'object' ? { language_code: language.code } : {}),
} as const satisfies EngineDescriptor;

/** AssemblyAI's engine for live tracks. */
export const streaming = {
  name: 'assemblyai_streaming',
  options: z.strictObject({
    speech_model: text('universal-streaming-english'),
    transcription_mode: transcriptionMode.default('raw'),
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
  languageOf: (options) => (options['speech_model'] === MULTILINGUAL ? 'mixed' : undefined),
  optionsOf(language) {
    const isEnglish = typeof language === 'object' && language.code === 'en';
    return language === undefined || language === 'detected' || isEnglish ? {} : { speech_model: MULTILINGUAL };
  },
} as const satisfies EngineDescriptor;
