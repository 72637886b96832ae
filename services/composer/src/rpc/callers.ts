import type { ComposerServiceService } from '@earshot/contract/composer/v1/composer.ts';
import type { Callers } from '@earshot/rpc';

/** Who may call what. */
export const composerCallers = {
  compose: { gateway: 'account' },
  listCompositions: { gateway: 'account' },
  erase: { retention: 'all-accounts' },
} as const satisfies Callers<typeof ComposerServiceService>;
