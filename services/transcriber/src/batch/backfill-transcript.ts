import { AppError } from '@earshot/kernel';
import type { TranscriberDeps } from '../actions/deps.ts';
import type { JobResult } from '../actions/finish-job.ts';
import { parseOptions } from '../domain/failure.ts';
import type { Interval } from '../domain/session-clock.ts';
import type { Transcript } from '../domain/transcript.ts';
import { optionsFor } from '../engines/failover.ts';
import { batchOf, type EngineName } from '../engines/vendors.ts';
import { fileTranscriber } from './transcribe-file.ts';
import { fetchSpeech } from './fetch-speech.ts';
import { speakersOf, type TranscribeDeps } from './transcribe-recording.ts';
import { transcribeTracks } from './transcribe-tracks.ts';

type BackfillDeps = TranscribeDeps & Pick<TranscriberDeps, 'missedSpeech' | 'positions'>;

/**
 * Has the speech that a live transcript missed transcribed from the recording, by the same provider's engine that reads
 * recordings, or by the `second` one where it is named. Throws what the engine and the media-streamer throw.
 */
export async function backfillTranscript(
  deps: BackfillDeps,
  transcript: Transcript & { readonly second?: EngineName },
  signal: AbortSignal,
): Promise<JobResult> {
  const { enginesOf, media } = deps;
  const { transcriptId, botId, accountId, second } = transcript;
  const name = second ?? batchOf(transcript.engine);
  if (!name) throw new AppError('invalid-argument', 'the engine reads no recordings');
  const engine = (await enginesOf({ accountId, botId })).batch(name);
  const engineOptions = optionsFor({ ordered: transcript.engine, second: name }, parseOptions(transcript.optionsJson));
  const positions = new Map((await deps.positions.of(botId)).map((position) => [position.trackId, position]));
  const wantedOf = await missedOf(deps, transcript, (trackId) => positions.get(trackId)?.committedMs ?? 0);
  await using speech = await fetchSpeech(media, botId, { signal, wantedOf });
  const utterances = await transcribeTracks(transcriptId, speech.tracks, {
    transcribe: fileTranscriber(deps, transcript, { name, engine, engineOptions, signal }),
    // Behind the live ones.
    firstOf: (trackId) => positions.get(trackId)?.utterances ?? 0,
  });
  return {
    kind: 'transcribed',
    utterances,
    rawJson: '',
    speakers: await speakersOf(media, botId),
    startedAt: undefined,
  };
}

/** What is to be backfilled of a track: what was given up, and everything behind its position where the stream did not finish. */
async function missedOf(
  { missedSpeech }: Pick<TranscriberDeps, 'missedSpeech'>,
  { transcriptId, isStreamOpen }: Transcript,
  committedMs: (trackId: string) => number,
): Promise<(trackId: string) => Interval[]> {
  const missed = (await missedSpeech.of([transcriptId])).get(transcriptId) ?? [];
  return (trackId) => [
    ...missed.filter((each) => each.trackId === trackId),
    ...(isStreamOpen ? [{ startMs: committedMs(trackId), endMs: Infinity }] : []),
  ];
}
