import type { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import type { Callers } from '@earshot/rpc';

/** Who may call what. */
export const mediaCallers = {
  ingest: { joiner: 'all-accounts' },
  keepDebugArtifact: { joiner: 'all-accounts' },
  getRecording: { gateway: 'account', transcriber: 'all-accounts' },
  getParticipants: { gateway: 'account', transcriber: 'all-accounts' },
  getSpeakerTimeline: { transcriber: 'all-accounts' },
  getChat: { gateway: 'account' },
  signArtifact: { gateway: 'account' },
  // Whoever has the token may: it is what a download link carries.
  readArtifact: { gateway: 'all-accounts' },
  readRecording: { transcriber: 'all-accounts' },
  readSpeech: { transcriber: 'all-accounts' },
  listDebugArtifacts: { gateway: 'account' },
  erase: { retention: 'all-accounts' },
} as const satisfies Callers<typeof MediaServiceService>;
