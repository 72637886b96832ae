import { randomUUID } from 'node:crypto';
import { sideBySide, swallow, type AccountId, type Log } from '@earshot/kernel';
import type { TranscriberDeps } from '../actions/deps.ts';
import type { JobResult } from '../actions/finish-job.ts';
import { parseOptions } from '../domain/failure.ts';
import type { Speaker, SpokenUtterance, Transcript, Word } from '../domain/transcript.ts';
import { turnsOf } from '../domain/turns.ts';
import type { Engines } from '../engines/engines.ts';
import { optionsFor } from '../engines/failover.ts';
import type { EngineName } from '../engines/options.ts';
import type { BatchTranscript } from '../engines/speech-engine.ts';
import { utteranceId } from '../live/utterance-id.ts';
import { fetchRecording, type MediaClient } from './fetch-recording.ts';
import { fetchSpeech, type FetchedTrack } from './fetch-speech.ts';
import { mixedUtterances } from './mixed-utterances.ts';

/** Tracks that are transcribed side by side. */
const CONCURRENCY = 4;

export interface TranscribeDeps extends Pick<TranscriberDeps, 'usages' | 'countUsage'> {
  /** An account's; asking for one that is not there throws an AppError that says why. */
  readonly enginesOf: (accountId: AccountId) => Promise<Pick<Engines, 'batch'>>;
  readonly media: MediaClient;
  readonly log: Log;
}

/**
 * Has a recording transcribed, by the `second` engine where one is named: track by track where it is known whose they are,
 * so that every word is somebody's; else the mix, by voices that the provider tells apart and by who was marked as
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
  const engine = (await enginesOf(accountId)).batch(name);
  const ordered = parseOptions(transcript.optionsJson);
  const engineOptions = second ? optionsFor(second, ordered) : ordered;
  const ask: Ask = async ({ path, audioMs }) => {
    const answer = await engine.transcribe({ wav: { path }, engineOptions, signal });
    await noteUsage(deps, transcript, { engine: name, audioMs });
    return answer;
  };
  await using speech = await fetchSpeech(media, botId, { signal });
  const startedAt = await startOf(media, botId, log);
  if (speech.tracks.length > 0) {
    const utterances = await transcribeTracks(transcriptId, speech.tracks, { ask });
    return { kind: 'heard', utterances, rawJson: '', speakers: await speakersOf(media, botId), startedAt };
  }
  await using recording = await fetchRecording(media, botId, signal);
  // Before the provider is asked: its answer costs money, and is not kept for another try.
  const { stretches } = await media.getSpeakerTimeline({ botId });
  const { participants } = await media.getParticipants({ botId });
  const { durationMs } = await media.getRecording({ botId });
  const heard = await ask({ path: recording.path, audioMs: durationMs });
  const mixed = mixedUtterances(transcriptId, heard.utterances, { timeline: stretches, participants });
  return { kind: 'heard', ...mixed, rawJson: JSON.stringify(heard.raw), startedAt };
}

/** Has a file transcribed. */
export type Ask = (file: { readonly path: string; readonly audioMs: number }) => Promise<BatchTranscript>;

/** Writes down what a provider was given, whatever becomes of the rest of the recording. */
export async function noteUsage(
  { usages, countUsage }: Pick<TranscribeDeps, 'usages' | 'countUsage'>,
  owner: Pick<Transcript, 'botId' | 'transcriptId'>,
  given: { readonly engine: string; readonly audioMs: number },
): Promise<void> {
  const usage = { usageId: randomUUID(), openMs: 0, ...given };
  await usages.insert(owner, usage);
  countUsage(usage);
}

/** Has tracks transcribed side by side; `firstOf` is the number of a track's first utterance. */
export async function transcribeTracks(
  transcriptId: string,
  tracks: readonly FetchedTrack[],
  { ask, firstOf = () => 0 }: { ask: Ask; firstOf?: (trackId: string) => number },
): Promise<SpokenUtterance[]> {
  const heard = await sideBySide(tracks, CONCURRENCY, async (track) =>
    trackUtterances(transcriptId, track, {
      ...(await ask({ path: track.path, audioMs: track.clock.sentMs })),
      first: firstOf(track.trackId),
    }),
  );
  return heard.flat();
}

/** Whose each track is. */
export async function speakersOf(media: MediaClient, botId: string): Promise<Speaker[]> {
  const { participants } = await media.getParticipants({ botId });
  return participants.flatMap(({ participantId, name, trackIds }) =>
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

/** One track's words at their time in the meeting, cut where its owner was silent for long. */
export function trackUtterances(
  transcriptId: string,
  { trackId, clock }: Pick<FetchedTrack, 'trackId' | 'clock'>,
  { utterances, first = 0 }: Pick<BatchTranscript, 'utterances'> & { readonly first?: number },
): SpokenUtterance[] {
  const turns = utterances.flatMap(({ text, words }) => {
    const timed = words.map(({ speaker: _, ...word }): Word => ({ ...word, ...clock.toMeeting(word) }));
    const parts = turnsOf(timed);
    return parts.map((part) => ({ words: part, text: parts.length === 1 ? text : textOf(part) }));
  });
  return turns.map(({ words, text }, index) => {
    const number = first + index;
    return {
      ...{ utteranceId: utteranceId(transcriptId, trackId, number), trackId, number, label: '', text, words },
      startMs: words[0]?.startMs ?? 0,
      endMs: words.at(-1)?.endMs ?? 0,
    };
  });
}

function textOf(words: readonly Word[]): string {
  return words.map(({ punctuated }) => punctuated).join(' ');
}
