import { z } from 'zod';
import { languageBy } from '../language.ts';
import type { EngineDescriptor } from '../vendor.ts';

/** The transcription call of OpenAI's API, with the public API's defaults. */
export const batch = {
  name: 'openai_compatible',
  options: z.strictObject({
    /** Empty: the server's own setting. */
    model: z.string().default(''),
    /** Two letters; empty: detected. */
    language: z.string().default(''),
    prompt: z.string().max(1000).default(''),
    temperature: z.number().min(0).max(1).default(0),
  }),
  languageOf: ({ language }) => (language === '' ? 'detected' : languageBy(language)),
  optionsOf: (language) => (typeof language === 'object' ? { language: language.code } : {}),
} as const satisfies EngineDescriptor;
