import { z } from 'zod';
import type { SpeechVendor, VendorAccess } from '../vendor.ts';
import { AssemblyAiEngine } from './batch.ts';
import { batch, streaming } from './options.ts';
import { AssemblyAiStreamingEngine } from './streaming.ts';

const variables = {
  ASSEMBLYAI_URL: z.url().default('https://api.assemblyai.com'),
  /** The whole URL, `wss:`. */
  ASSEMBLYAI_STREAMING_URL: z.url().default('wss://streaming.assemblyai.com/v3/ws'),
};

/** https://www.assemblyai.com */
export const assemblyai = {
  name: 'assemblyai',
  apiKeyVariable: 'ASSEMBLYAI_API_KEY',
  variables,
  needs: 'API key',
  batch,
  streaming,
  connect({ apiKey, settings, clock }: VendorAccess<typeof variables>) {
    if (!apiKey) return undefined;
    return {
      batch: new AssemblyAiEngine({ apiKey, baseUrl: settings.ASSEMBLYAI_URL, clock }),
      streaming: new AssemblyAiStreamingEngine({ apiKey, streamingUrl: settings.ASSEMBLYAI_STREAMING_URL, clock }),
    };
  },
} as const satisfies SpeechVendor;
