import type { JoinerServiceService } from '@earshot/contract/joiner/v1/joiner.ts';
import type { Callers } from '@earshot/rpc';

/** Who may call what. */
export const joinerCallers = {
  speak: { gateway: 'account' },
  stopSpeaking: { gateway: 'account' },
  showImage: { gateway: 'account' },
} as const satisfies Callers<typeof JoinerServiceService>;
