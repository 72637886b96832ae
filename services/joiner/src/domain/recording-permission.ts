/**
 * Whether a bot may record, where the platform lets the host say so. unknown: look again. not-offered: the page has no way to
 * ask, or none that leads anywhere. asked: no answer yet. ignored: the platform let the request run out.
 */
export type RecordingPermission = 'unknown' | 'not-offered' | 'asked' | 'allowed' | 'denied' | 'ignored';

/** Whether media may be collected. Nothing is kept of what was received before. Times are milliseconds since 1970. */
export type Permission = Unpermitted | Permitted;
export interface Unpermitted {
  readonly case: 'unpermitted';
  readonly last: RecordingPermission;
  /** Since when the answer is awaited, or is no. */
  readonly since: number | undefined;
}
export interface Permitted {
  readonly case: 'permitted';
  readonly since: number;
}

export const notAsked: Unpermitted = { case: 'unpermitted', last: 'unknown', since: undefined };

/** The permission after the page's next answer, and what the host has answered by it. */
export function answerPermission(
  before: Unpermitted,
  answer: RecordingPermission,
  now: number,
): { readonly permission: Permission; readonly isAllowed?: boolean } {
  if (answer === before.last) return { permission: before };
  const since = answer === 'unknown' ? before.since : now;
  switch (answer) {
    case 'allowed':
      return { permission: { case: 'permitted', since: now }, isAllowed: true };
    case 'not-offered':
      return { permission: { case: 'permitted', since: now } };
    case 'denied':
    case 'ignored':
      return { permission: { case: 'unpermitted', last: answer, since }, isAllowed: false };
    case 'asked':
    case 'unknown':
      return { permission: { case: 'unpermitted', last: answer, since } };
  }
}
