import type { Problem } from './problems.ts';

/** How many objects and arrays of a request may stand in each other. What reads them later recurses; JSON.parse does not. */
const MAX_DEPTH = 64;

interface Visited {
  readonly value: unknown;
  readonly path: readonly string[];
}

/** How many objects and arrays stand in each other at most; what is neither is 0 deep. */
export function depthOf(value: unknown): number {
  let deepest = 0;
  for (const { value: each, path } of walk(value)) {
    if (typeof each === 'object' && each !== null) deepest = Math.max(deepest, path.length + 1);
  }
  return deepest;
}

/**
 * What no field of a request may be, whatever it means: nested too deep, or text that PostgreSQL and protobuf cannot hold
 * (U+0000, halves of surrogate pairs).
 */
export function checkBounds(given: unknown): Problem[] {
  const problems: Problem[] = [];
  for (const { value, path } of walk(given)) {
    if (typeof value === 'object' && path.length >= MAX_DEPTH) {
      return [{ field: path[0] ?? '', message: `must not be nested more than ${MAX_DEPTH} deep` }];
    }
    for (const text of textsOf(value)) {
      const field = (typeof value === 'string' ? path : [...path, text]).join('.');
      if (text.includes('\0')) problems.push({ field: printable(field), message: 'must not contain U+0000' });
      else if (!text.isWellFormed()) {
        problems.push({ field: printable(field), message: 'must be well-formed Unicode' });
      }
    }
  }
  return problems;
}

/** Every object and array, and every text, with the way to it; one that is too deep is given and not entered. */
function* walk(root: unknown): Generator<Visited> {
  const left: Visited[] = [{ value: root, path: [] }];
  for (let next = left.pop(); next; next = left.pop()) {
    yield next;
    if (typeof next.value !== 'object' || next.value === null || next.path.length >= MAX_DEPTH) continue;
    for (const [key, value] of Object.entries(next.value)) {
      if ((typeof value === 'object' && value !== null) || typeof value === 'string') {
        left.push({ value, path: [...next.path, key] });
      }
    }
  }
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

function printable(field: string): string {
  return field.replaceAll('\0', '').toWellFormed().slice(0, 200);
}
