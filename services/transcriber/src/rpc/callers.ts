import type { ProviderKeyServiceService } from '@earshot/contract/transcriber/v1/provider_keys.ts';
import type { TranscriptServiceService } from '@earshot/contract/transcriber/v1/transcripts.ts';
import type { Callers } from '@earshot/rpc';

/** Who may call what. */
export const transcriptCallers = {
  stream: { 'media-streamer': 'all-accounts' },
  getTranscript: { gateway: 'account' },
  readTranscript: { gateway: 'account' },
  listTranscripts: { gateway: 'account' },
  transcribe: { gateway: 'account' },
  erase: { retention: 'all-accounts' },
} as const satisfies Callers<typeof TranscriptServiceService>;

export const providerKeyCallers = {
  putProviderKey: { gateway: 'account' },
  listProviderKeys: { gateway: 'account' },
  deleteProviderKey: { gateway: 'account' },
  putBotKey: { gateway: 'account' },
  deleteBotKeys: { gateway: 'account' },
} as const satisfies Callers<typeof ProviderKeyServiceService>;
