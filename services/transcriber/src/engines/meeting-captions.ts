import { z } from 'zod';
import { transcriptionMode } from './options.ts';
import type { EngineDescriptor } from './vendor.ts';

/** The platform's own captions, which the bot reads: no vendor is asked, and they take over from none. */
export const meetingCaptions = {
  name: 'meeting_captions',
  options: z.strictObject({ transcription_mode: transcriptionMode.default('raw') }),
  languageOf: () => undefined,
  optionsOf: () => ({}),
} as const satisfies EngineDescriptor;
