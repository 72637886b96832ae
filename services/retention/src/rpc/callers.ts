import type { RetentionServiceService } from '@earshot/contract/retention/v1/retention.ts';
import type { Callers } from '@earshot/rpc';

/** Who may call what. */
export const retentionCallers = {
  eraseNow: { gateway: 'account' },
  getErasure: { gateway: 'account' },
  acknowledgeErasures: { gateway: 'all-accounts' },
} as const satisfies Callers<typeof RetentionServiceService>;
