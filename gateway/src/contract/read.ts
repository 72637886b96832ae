import type { z } from 'zod';
import { ownWords } from './own-words.ts';
import { BadRequest, toProblems, type Problem } from './problems.ts';

/** Checks a request against its schema; what is wrong is reported in the API's words. */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
): z.ZodSafeParseResult<z.output<Schema>> {
  return schema.safeParse(given, { error: ownWords });
}

/** Reads a path or a query. Throws `BadRequest` with everything that is wrong with it. */
export function readBy<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  const parsed = check(schema, given ?? {});
  if (!parsed.success) throw new BadRequest(toProblems(parsed.error));
  return parsed.data;
}

/** Reads a body; none is one without fields, where that is enough. Throws `BadRequest` with everything that is wrong with it. */
export function readBody<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  try {
    return readBy(schema, given);
  } catch (error) {
    throw given === undefined && error instanceof BadRequest ? emptyBody(error.problems) : error;
  }
}

/** An empty body is reported as such: who sent it knows of fields that he gave, and looks for his mistake there. */
export function emptyBody(missing: readonly Problem[]): BadRequest {
  return new BadRequest(missing, 'The body is empty: ');
}
