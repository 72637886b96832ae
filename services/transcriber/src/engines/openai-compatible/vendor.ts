import { z } from 'zod';
import type { SpeechVendor, VendorAccess } from '../vendor.ts';
import { OpenAiCompatibleEngine } from './batch.ts';
import { batch } from './options.ts';

const variables = {
  /** Up to and with the version; there is no such server where it is absent. */
  OPENAI_COMPATIBLE_URL: z.url().optional(),
  /** The model that is asked for when the bot's options name none. */
  OPENAI_COMPATIBLE_MODEL: z.string().default('whisper-1'),
};

/** Any server that has OpenAI's transcription call: Whisper on one's own machine, for one, which may do without a key. */
export const openAiCompatible = {
  name: 'openai_compatible',
  apiKeyVariable: 'OPENAI_COMPATIBLE_API_KEY',
  variables,
  needs: 'server',
  batch,
  /** The call takes whole files. */
  streaming: undefined,
  connect({ apiKey, settings }: VendorAccess<typeof variables>) {
    const { OPENAI_COMPATIBLE_URL: baseUrl, OPENAI_COMPATIBLE_MODEL: model } = settings;
    if (baseUrl === undefined) return undefined;
    return { batch: new OpenAiCompatibleEngine({ baseUrl, model, ...(apiKey && { apiKey }) }), streaming: undefined };
  },
} as const satisfies SpeechVendor;
