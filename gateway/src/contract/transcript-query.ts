import { z } from 'zod';
import { BadRequest, toProblems } from './problems.ts';
import type { TextFormat } from './subtitles.ts';

/** How a transcript is answered: as the documented segments, as the provider said it, or as a file for people. */
export type TranscriptShape = 'segments' | 'raw' | TextFormat;

const query = z.looseObject({
  /** Clients write their own language's true: `true`, `True`, `1`. */
  raw: z
    .string()
    .regex(/^(true|false|1|0|)$/i, 'must be true or false')
    .default('false')
    .transform((value) => /^(true|1)$/i.test(value)),
  format: z.enum(['json', 'srt', 'vtt', 'txt'], 'must be one of json, srt, vtt, txt').default('json'),
});

/** Reads `?raw=&format=`. Throws a 400 that names what is wrong. */
export function parseTranscriptQuery(given: unknown): TranscriptShape {
  const parsed = query.safeParse(given);
  if (!parsed.success) throw new BadRequest(toProblems(parsed.error));
  const { raw, format } = parsed.data;
  if (format === 'json') return raw ? 'raw' : 'segments';
  if (raw) throw new BadRequest([{ field: 'format', message: 'cannot be combined with raw' }]);
  return format;
}
