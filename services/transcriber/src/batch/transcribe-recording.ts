import { swallow, type Log } from '@earshot/kernel';
import type { JobResult } from '../actions/finish-job.ts';
import { parseOptions } from '../domain/failure.ts';
import type { SpokenUtterance, Transcript } from '../domain/transcript.ts';
import type { BatchEngine, BatchTranscript } from '../engines/speech-engine.ts';
import { utteranceId } from '../live/utterance-id.ts';
import { fetchRecording, type MediaClient } from './fetch-recording.ts';

/** The whole meeting in one line: no track tells who speaks. */
const TRACK_ID = 'mixed';

export interface TranscribeDeps {
  /** Throws AppErrors that say why there is none. */
  readonly engineOf: (name: string) => BatchEngine;
  readonly media: MediaClient;
  readonly log: Log;
}

/** Has a recording transcribed. Throws what the engine and the media-streamer throw. */
export async function transcribeRecording(
  { engineOf, media, log }: TranscribeDeps,
  { transcriptId, botId, engine: name, optionsJson }: Transcript,
  signal: AbortSignal,
): Promise<JobResult> {
  const engine = engineOf(name);
  const engineOptions = parseOptions(optionsJson);
  await using recording = await fetchRecording(media, botId, signal);
  const heard = await engine.transcribe({ wav: { path: recording.path }, engineOptions, signal });
  return {
    kind: 'heard',
    utterances: toUtterances(transcriptId, heard.utterances),
    rawJson: JSON.stringify(heard.raw),
    startedAt: await startOf(media, botId, log),
  };
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

export function toUtterances(transcriptId: string, heard: BatchTranscript['utterances']): SpokenUtterance[] {
  return heard.map(({ text, startMs, endMs, words, speaker }, number) => ({
    utteranceId: utteranceId(transcriptId, TRACK_ID, number),
    trackId: TRACK_ID,
    ...{ number, text, startMs, endMs },
    label: speaker === undefined ? '' : `Speaker ${speaker + 1}`,
    words: words.map(({ speaker: _, ...word }) => word),
  }));
}
