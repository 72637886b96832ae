import { expect, it } from 'vitest';
import { optionsFor } from './failover.ts';
import { parseEngineOptions, type EngineName } from './options.ts';

it.each([
  ['assemblyai', { language: 'de', diarize: false }, { language_code: 'de' }],
  ['deepgram', { language_code: 'en_us', redact_pii: true }, { language: 'en' }],
  ['openai_compatible', { language: 'pt-BR' }, { language: 'pt' }],
  ['assemblyai_streaming', { language: 'en', transcription_mode: 'word' }, { transcription_mode: 'word' }],
  ['assemblyai_streaming', { language: 'fr' }, { speech_model: 'universal-streaming-multilingual' }],
  ['deepgram_streaming', { speech_model: 'x', transcription_mode: 'raw' }, { transcription_mode: 'raw' }],
  ['deepgram', {}, {}],
  // Which language is spoken is to be found out.
  ['assemblyai', { language: 'en', detect_language: true }, {}],
  ['openai_compatible', { language: 'en', detect_language: true }, {}],
  ['deepgram', { language: '' }, { detect_language: true }],
  ['assemblyai', { language: 'multi' }, {}],
  ['openai_compatible', { language: 'multi' }, {}],
  ['deepgram', { language: 'multi', transcription_mode: 'raw' }, { language: 'multi' }],
  ['assemblyai_streaming', { language: 'multi' }, { speech_model: 'universal-streaming-multilingual' }],
  ['deepgram_streaming', { speech_model: 'universal-streaming-multilingual' }, { language: 'multi' }],
] as const)('%s is asked for what %o means to it', (second, options, expected) => {
  expect(optionsFor(second as EngineName, options)).toEqual(expected);
  expect(() => parseEngineOptions(second as EngineName, optionsFor(second as EngineName, options))).not.toThrow();
});
