import { expect, it } from 'vitest';
import { optionsFor } from './failover.ts';
import { parseOptions } from './options.ts';
import { findEngine } from './vendors.ts';

it.each([
  ['deepgram', { language: 'de', diarize: false }, 'assemblyai', { language_code: 'de' }],
  ['assemblyai', { language_code: 'en_us', redact_pii: true }, 'deepgram', { language: 'en' }],
  ['deepgram', { language: 'pt-BR' }, 'openai_compatible', { language: 'pt' }],
  [
    'deepgram_streaming',
    { language: 'en', transcription_mode: 'word' },
    ...['assemblyai_streaming', { transcription_mode: 'word' }],
  ],
  [
    'deepgram_streaming',
    { language: 'fr' },
    ...['assemblyai_streaming', { speech_model: 'universal-streaming-multilingual' }],
  ],
  [
    'assemblyai_streaming',
    { speech_model: 'x', transcription_mode: 'raw' },
    ...['deepgram_streaming', { transcription_mode: 'raw' }],
  ],
  ['openai_compatible', {}, 'deepgram', {}],
  // Which language is spoken is to be found out.
  ['deepgram', { language: 'en', detect_language: true }, 'assemblyai', {}],
  ['deepgram', { language: 'en', detect_language: true }, 'openai_compatible', {}],
  ['openai_compatible', { language: '' }, 'deepgram', { detect_language: true }],
  // Several are spoken.
  ['deepgram', { language: 'multi' }, 'assemblyai', {}],
  ['deepgram', { language: 'multi' }, 'openai_compatible', {}],
  ['deepgram_streaming', { language: 'multi', transcription_mode: 'raw' }, 'deepgram', { language: 'multi' }],
  [
    'deepgram_streaming',
    { language: 'multi' },
    ...['assemblyai_streaming', { speech_model: 'universal-streaming-multilingual' }],
  ],
  [
    'assemblyai_streaming',
    { speech_model: 'universal-streaming-multilingual' },
    ...['deepgram_streaming', { language: 'multi' }],
  ],
] as const)('what %s is asked by %o, %s is asked by %o', (ordered, options, second, expected) => {
  const given = optionsFor({ ordered, second: second as string }, options);
  expect(given).toEqual(expected);
  expect(() => parseOptions(findEngine(second as string)!.descriptor, given)).not.toThrow();
});
