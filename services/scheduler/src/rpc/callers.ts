import type { JoinerControlServiceService } from '@earshot/contract/scheduler/v1/joiner_control.ts';
import type { BotServiceService } from '@earshot/contract/scheduler/v1/bots.ts';
import type { Callers } from '@earshot/rpc';

/** Who may call what. */
export const botCallers = {
  createBot: { gateway: 'account' },
  getBot: { gateway: 'account' },
  getBotOfTranscript: { gateway: 'account' },
  findBot: { gateway: 'all-accounts', retention: 'all-accounts', composer: 'all-accounts' },
  listBots: { gateway: 'account' },
  stopBot: { gateway: 'account' },
  setPaused: { gateway: 'account' },
  sendMessage: { gateway: 'account' },
  locateBot: { gateway: 'account' },
  markErased: { retention: 'all-accounts' },
  listEnded: { retention: 'all-accounts' },
} as const satisfies Callers<typeof BotServiceService>;

export const joinerControlCallers = {
  connect: { joiner: 'all-accounts' },
} as const satisfies Callers<typeof JoinerControlServiceService>;
