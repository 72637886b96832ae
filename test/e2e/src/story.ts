import type { Screen } from '@earshot/demo';

/** One promise, played with everything real. Answers what was checked. */
export interface E2eStory {
  readonly name: string;
  /** Longer than a contributor waits for: left out unless named. */
  readonly isSlow?: true;
  play(screen: Screen): Promise<readonly { readonly check: string; readonly passed: boolean }[]>;
}
