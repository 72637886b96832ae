import type { NotifierServiceService } from '@earshot/contract/notifier/v1/notifier.ts';
import type { Callers } from '@earshot/rpc';

/** Who may call what. What is delivered names the account of each message. */
export const notifierCallers = {
  deliver: { gateway: 'all-accounts' },
  deliverLive: { gateway: 'all-accounts' },
  closeLive: { gateway: 'all-accounts' },
  listDeliveries: { gateway: 'account' },
  redeliver: { gateway: 'account' },
  listDeadDeliveries: { gateway: 'account' },
  redeliverRange: { gateway: 'account' },
  listEndpoints: { gateway: 'account' },
  enableEndpoint: { gateway: 'account' },
  getSigningSecrets: { gateway: 'account' },
  rotateSigningSecret: { gateway: 'account' },
  erase: { retention: 'all-accounts' },
} as const satisfies Callers<typeof NotifierServiceService>;
