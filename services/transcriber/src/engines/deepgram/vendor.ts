import { z } from 'zod';
import type { SpeechVendor, VendorAccess } from '../vendor.ts';
import { DeepgramEngine } from './batch.ts';
import { batch, streaming } from './options.ts';
import { DeepgramStreamingEngine } from './streaming.ts';

const variables = {
  /** Covers HTTP and WebSocket. */
  DEEPGRAM_URL: z.url().default('https://api.deepgram.com'),
};

/** https://deepgram.com */
export const deepgram = {
  name: 'deepgram',
  apiKeyVariable: 'DEEPGRAM_API_KEY',
  variables,
  needs: 'API key',
  batch,
  streaming,
  connect({ apiKey, settings: { DEEPGRAM_URL: baseUrl }, clock }: VendorAccess<typeof variables>) {
    if (!apiKey) return undefined;
    const config = { apiKey, baseUrl };
    return { batch: new DeepgramEngine(config), streaming: new DeepgramStreamingEngine({ ...config, clock }) };
  },
} as const satisfies SpeechVendor;
