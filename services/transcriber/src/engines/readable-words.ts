import type { z } from 'zod';
import { passOver } from './passed-over.ts';
import type { EngineWord } from './speech-engine.ts';

/** The words of a provider's list that can be read and placed; the others are passed over and counted. */
export function readWords<Schema extends z.ZodType>(
  list: unknown,
  { engine, schema, toWord }: { engine: string; schema: Schema; toWord: (word: z.output<Schema>) => EngineWord },
): EngineWord[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item) => {
    const word = schema.safeParse(item);
    if (word.success) return [toWord(word.data)];
    passOver(engine, 'word');
    return [];
  });
}
