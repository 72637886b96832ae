import { swallow, type Log, type TrackOwner } from '@earshot/kernel';
import type { JobResult } from '../actions/finish-job.ts';
import { parseOptions } from '../domain/failure.ts';
import type { Transcript } from '../domain/transcript.ts';
import type { Engines } from '../engines/engines.ts';
import { optionsFor } from '../engines/failover.ts';
import type { EngineName } from '../engines/vendors.ts';
import { fileTranscriber, type UsageDeps } from './transcribe-file.ts';
import { fetchRecording, type MediaClient } from './fetch-recording.ts';
import { fetchSpeech } from './fetch-speech.ts';
import { mixedUtterances } from './mixed-utterances.ts';
import { transcribeTracks } from './transcribe-tracks.ts';

export interface TranscribeDeps extends UsageDeps {
  /** A bot's; getting one that is not there throws an AppError with the reason. */
  readonly enginesOf: (bot: Pick<Transcript, 'accountId' | 'botId'>) => Promise<Pick<Engines, 'batch'>>;
  readonly media: MediaClient;
  readonly log: Log;
}

/**
 * Has a recording transcribed, by the `second` engine where one is named: track by track where it is known whose they are,
 * so that every word is somebody's; else the mix, by voices that the provider separates and by who was marked as
 * speaking. Throws what the engine and the media-streamer throw.
 */
export async function transcribeRecording(
  deps: TranscribeDeps,
  transcript: Transcript & { readonly second?: EngineName },
  signal: AbortSignal,
): Promise<JobResult> {
  const { enginesOf, media, log } = deps;
  const { transcriptId, botId, accountId, second } = transcript;
  const name = second ?? transcript.engine;
  const engine = (await enginesOf({ accountId, botId })).batch(name);
  const ordered = parseOptions(transcript.optionsJson);
  const engineOptions = second ? optionsFor({ ordered: transcript.engine, second }, ordered) : ordered;
  const transcribe = fileTranscriber(deps, transcript, { name, engine, engineOptions, signal });
  await using speech = await fetchSpeech(media, botId, { signal });
  const startedAt = await startOf(media, botId, log);
  if (speech.tracks.length > 0) {
    const utterances = await transcribeTracks(transcriptId, speech.tracks, { transcribe });
    return { kind: 'transcribed', utterances, rawJson: '', speakers: await speakersOf(media, botId), startedAt };
  }
  await using recording = await fetchRecording(media, botId, signal);
  // Before the provider is asked: its answer costs money, and is not kept for another try.
  const { intervals, ownVoice: own } = await media.getSpeakerTimeline({ botId });
  const { participants, ownVoice } = await media.getParticipants({ botId });
  const { durationMs } = await media.getRecording({ botId });
  const answer = await transcribe({ path: recording.path, audioMs: durationMs });
  const spoken = { intervals: own, speaker: ownVoice };
  const mixed = mixedUtterances(transcriptId, answer.utterances, { timeline: intervals, participants, bot: spoken });
  return { kind: 'transcribed', ...mixed, rawJson: JSON.stringify(answer.raw), startedAt };
}

/** Whose each track is: the participants', and the bot's own where its words are wanted. */
export async function speakersOf(media: MediaClient, botId: string): Promise<TrackOwner[]> {
  const { participants, ownVoice } = await media.getParticipants({ botId });
  return [...participants, ...(ownVoice ? [ownVoice] : [])].flatMap(({ participantId, name, trackIds }) =>
    trackIds.map((trackId) => ({ trackId, participantId, name })),
  );
}

/** The zero of the recording; words are worth having without it. */
async function startOf(media: MediaClient, botId: string, log: Log): Promise<number | undefined> {
  try {
    return (await media.getRecording({ botId })).startedAt?.getTime();
  } catch (error) {
    swallow(log, error, 'a transcript without the time of its beginning is still a transcript');
    return undefined;
  }
}
