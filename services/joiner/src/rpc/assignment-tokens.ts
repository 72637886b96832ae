import type { AssignmentRef } from '@earshot/kernel';
import { refKey } from '../domain/bot.ts';

/** More than a joiner ever holds, and few enough to keep. */
const KEPT = 10_000;

/**
 * What proves to the scheduler and the media-streamer that a bot was assigned to this joiner. Kept beside the refs and not in
 * them, since refs are logged.
 */
export class AssignmentTokens {
  readonly #tokens = new Map<string, string>();

  /** The scheduler may give another one with the same assignment: the last counts. */
  keep(ref: AssignmentRef, token: string): void {
    const key = refKey(ref);
    this.#tokens.delete(key);
    this.#tokens.set(key, token);
    if (this.#tokens.size > KEPT) this.#tokens.delete(this.#tokens.keys().next().value ?? '');
  }

  /** Empty for what was never assigned. */
  of(ref: AssignmentRef): string {
    return this.#tokens.get(refKey(ref)) ?? '';
  }
}
