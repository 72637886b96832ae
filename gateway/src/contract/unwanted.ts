import { z } from 'zod';

/**
 * An optional field that may also be said to be not wanted, which is not to say it: by `null`, or by an object of nothing but
 * such. Clients that are made from a schema (pydantic's, n8n's, Pipedream's) send every field they know.
 */
export function ifWanted<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((given) => (isUnwanted(given) ? undefined : given), schema);
}

/** The same for a field that is no text and no object: `null` only. */
export function unlessNull<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((given) => given ?? undefined, schema);
}

/** `null`, `{}`, and an object of which each field is `null`. */
function isUnwanted(given: unknown): boolean {
  if (given === null || given === undefined) return true;
  return typeof given === 'object' && !Array.isArray(given) && Object.values(given).every((each) => each === null);
}
