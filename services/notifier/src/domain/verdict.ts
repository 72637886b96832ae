import type { Attempt } from './delivery.ts';

/** What becomes of a delivery after an attempt. `disable`: nothing more is sent to this address. */
export type Verdict =
  | { readonly state: 'delivered' }
  | { readonly state: 'pending'; readonly dueAt: number }
  | { readonly state: 'dead'; readonly disable: boolean };

const GONE = 410;

/** Judges the attempt: 2xx alone is success, 410 ends everything, the rest is tried again while `waitMs` gives a delay. */
export function judge(
  attempt: Pick<Attempt, 'status' | 'error'>,
  { now, waitMs }: { now: number; waitMs: () => number | undefined },
): Verdict {
  if (attempt.error === '') return { state: 'delivered' };
  if (attempt.status === GONE) return { state: 'dead', disable: true };
  const wait = waitMs();
  return wait === undefined ? { state: 'dead', disable: false } : { state: 'pending', dueAt: now + wait };
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}
