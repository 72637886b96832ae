import { z } from 'zod';
import { languageBy, type SpokenLanguage } from '../language.ts';
import { off, on, terms, text, transcriptionMode } from '../options.ts';
import type { EngineOptions } from '../speech-engine.ts';
import type { EngineDescriptor } from '../vendor.ts';

/** So Deepgram names several languages in one meeting: https://developers.deepgram.com/docs/multilingual-code-switching */
const MIXED = 'multi';

/** Deepgram's engine for recordings, with the public API's defaults. */
export const batch = {
  name: 'deepgram',
  options: z.strictObject({
    model: text('nova-3'),
    language: text('en'),
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
  languageOf: (options) => (options['detect_language'] === true ? 'detected' : languageOf(options)),
  optionsOf: (language) => (language === 'detected' ? { detect_language: true } : optionsOf(language)),
} as const satisfies EngineDescriptor;

/** Deepgram's engine for live tracks. */
export const streaming = {
  name: 'deepgram_streaming',
  options: z.strictObject({
    model: text('nova-2'),
    transcription_mode: transcriptionMode.default('sentence'),
    language: text('en'),
    punctuate: on,
    smart_format: on,
    /** Milliseconds of silence that end a turn; false: never. */
    endpointing: z.union([z.int().min(0), z.literal(false)]).default(300),
    vad_events: on,
    utterance_end_ms: z.int().min(1000).default(1000),
    encoding: z.literal('linear16').default('linear16'),
    channels: z.literal(1).default(1),
  }),
  languageOf,
  optionsOf,
} as const satisfies EngineDescriptor;

function languageOf({ language }: EngineOptions): SpokenLanguage | undefined {
  return language === MIXED ? 'mixed' : languageBy(language);
}

function optionsOf(language: SpokenLanguage | undefined): EngineOptions {
  if (language === undefined || language === 'detected') return {};
  return { language: language === 'mixed' ? MIXED : language.code };
}
