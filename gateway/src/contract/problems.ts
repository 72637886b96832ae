import type { z } from 'zod';
import { mustBe } from './own-words.ts';

/** One thing wrong with a request, by the field at fault. */
export interface Problem {
  readonly field: string;
  readonly message: string;
}

/** All problems of a request at once: answered as one 400. */
export class BadRequest extends Error {
  override name = 'BadRequest';
  readonly problems: readonly Problem[];

  /** `about`: what they have in common, put before them. */
  constructor(problems: readonly Problem[], about = '') {
    super(about + problems.map(({ field, message }) => (field ? `${field} ${message}` : message)).join('; '));
    this.problems = problems;
  }
}

/** What a schema found, in the public API's own words: a field's path with dots, and a sentence about it. */
export function toProblems(error: Pick<z.ZodError, 'issues'>): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const field = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), message: 'is not a known field' }));
    }
    if (issue.code === 'invalid_union') {
      const roots = issue.errors.flatMap(([first]) => (first && first.path.length === 0 ? [first] : []));
      const kinds = roots.flatMap((root) => (root.code === 'invalid_type' ? [root.expected] : []));
      if (kinds.length > 1 && kinds.length === issue.errors.length) return [{ field, message: mustBe(kinds) }];
      const ofItsKind = issue.errors.filter(([first]) => first?.path.length !== 0 || first.code !== 'invalid_type');
      const [only] = ofItsKind;
      // One form is of the kind that was given: everything that is wrong with it counts.
      if (only && ofItsKind.length === 1)
        return toProblems({ issues: only.map((each) => ({ ...each, path: [...issue.path, ...each.path] })) });
      const deepest = issue.errors.map((errors) => errors.toSorted((a, b) => b.path.length - a.path.length)[0]);
      const nested = deepest.toSorted((a, b) => (b?.path.length ?? 0) - (a?.path.length ?? 0))[0];
      const path = [...issue.path, ...(nested?.path ?? [])].join('.');
      return [{ field: path, message: lowerFirst(nested?.message ?? issue.message) }];
    }
    return [{ field, message: lowerFirst(issue.message) }];
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
