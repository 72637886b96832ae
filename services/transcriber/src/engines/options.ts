import { AppError } from '@earshot/kernel';
import { z } from 'zod';
import type { EngineOptions } from './speech-engine.ts';

/* What the options of several engines are made of. */
export const on = z.boolean().default(true);
export const off = z.boolean().default(false);
export const text = (fallback: string) => z.string().min(1).default(fallback);
export const terms = z.array(z.string().min(1)).max(100).default([]);
/** What the public API documents as a string and shows as a number. */
export const numeric = (number: z.ZodType<number, number>) =>
  z
    .union([z.number(), z.string().regex(/^\d+(\.\d+)?$/, 'must be a number')])
    .transform(Number)
    .pipe(number);
/** How live words are sent; each live engine has it, and no vendor knows of it. */
export const transcriptionMode = z.enum(['sentence', 'word', 'raw']);

/**
 * Checks an engine's options and fills in the defaults. Throws `invalid-argument` that names every option at fault.
 */
export function parseOptions<Options extends z.ZodObject>(
  { name: engine, options: schema }: { readonly name: string; readonly options: Options },
  options: EngineOptions,
): z.output<Options> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => `${key}: unknown option`)
      : `${issue.path.join('.')}: ${issue.message.toLowerCase()}`,
  );
  throw new AppError('invalid-argument', `invalid ${engine} options: ${problems.join('; ')}`, {
    fields: { engine, problems },
  });
}
