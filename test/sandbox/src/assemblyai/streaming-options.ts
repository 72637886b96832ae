import { z } from 'zod';
import type { PcmFormat } from '../audio/decode.ts';
import { closures, type Closure } from './errors.ts';

const isTrue = z
  .enum(['true', 'false'])
  .default('false')
  .transform((value) => value === 'true');

/** https://www.assemblyai.com/docs/api-reference/streaming-api/streaming-api */
const querySchema = z.looseObject({
  sample_rate: z.coerce.number().int().min(8000).max(48_000).default(16_000),
  encoding: z.enum(['pcm_s16le', 'pcm_mulaw']).default('pcm_s16le'),
  speech_model: z.string().min(1),
  format_turns: isTrue,
  end_of_turn_confidence_threshold: z.coerce.number().min(0).max(1).default(0.4),
  min_turn_silence: z.coerce.number().int().min(0).optional(),
  min_end_of_turn_silence_when_confident: z.coerce.number().int().min(0).default(400),
  max_turn_silence: z.coerce.number().int().min(0).default(1280),
  /** Seconds. */
  inactivity_timeout: z.coerce.number().int().min(5).max(3600).optional(),
});

/** Energy alone cannot end a turn sooner without cutting words. */
const shortestHangoverMs = 250;

export interface StreamingOptions {
  format: PcmFormat;
  hangoverMs: number;
  hasFormattedTurns: boolean;
  inactivityTimeoutMs: number | undefined;
}

/** Reads the query of wss /v3/ws, or says with which closure it is refused. */
export function readStreamingOptions(query: URLSearchParams): StreamingOptions | { refused: Closure } {
  const parsed = querySchema.safeParse(Object.fromEntries(query));
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    return { refused: { code: closures.invalidMessage.code, error: `Invalid query parameter: ${names}` } };
  }
  const { data } = parsed;
  return {
    format: {
      encoding: data.encoding === 'pcm_mulaw' ? 'mulaw' : 'linear16',
      sampleRate: data.sample_rate,
      channels: 1,
    },
    hangoverMs: turnHangoverMs(data.min_turn_silence ?? data.min_end_of_turn_silence_when_confident),
    hasFormattedTurns: data.format_turns,
    inactivityTimeoutMs: data.inactivity_timeout === undefined ? undefined : data.inactivity_timeout * 1000,
  };
}

export function turnHangoverMs(minTurnSilenceMs: number): number {
  return Math.max(shortestHangoverMs, minTurnSilenceMs);
}
