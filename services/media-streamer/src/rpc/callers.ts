import type { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import type { Callers } from '@earshot/rpc';

/** Who may call what. */
export const mediaCallers = {
  ingest: { joiner: 'all-accounts' },
  ingestVideo: { joiner: 'all-accounts' },
  keepDebugArtifact: { joiner: 'all-accounts' },
  getRecording: { gateway: 'account', transcriber: 'all-accounts', composer: 'all-accounts' },
  getParticipants: { gateway: 'account', transcriber: 'all-accounts', composer: 'all-accounts' },
  getSpeakerTimeline: { gateway: 'account', transcriber: 'all-accounts', composer: 'all-accounts' },
  getChat: { gateway: 'account' },
  signArtifact: { gateway: 'account' },
  // Whoever has the token may: it is what a download link carries.
  readArtifact: { gateway: 'all-accounts' },
  readRecording: { transcriber: 'all-accounts', composer: 'all-accounts' },
  readSpeech: { transcriber: 'all-accounts', composer: 'all-accounts' },
  listDebugArtifacts: { gateway: 'account' },
  watch: { composer: 'all-accounts' },
  listTracks: { gateway: 'account', composer: 'all-accounts' },
  readTrack: { composer: 'all-accounts' },
  listArtifacts: { gateway: 'account', composer: 'all-accounts' },
  storeArtifact: { composer: 'all-accounts' },
  erase: { retention: 'all-accounts' },
} as const satisfies Callers<typeof MediaServiceService>;
