import { randomUUID } from 'node:crypto';
import type { TranscriberDeps } from '../actions/deps.ts';
import type { Transcript } from '../domain/transcript.ts';
import type { BatchEngine, BatchTranscript, EngineOptions } from '../engines/speech-engine.ts';
import { withUtterances } from '../engines/whole-answer.ts';

export type UsageDeps = Pick<TranscriberDeps, 'usages' | 'countUsage'>;

/** Has a file transcribed. */
export type TranscribeFile = (file: { readonly path: string; readonly audioMs: number }) => Promise<BatchTranscript>;

export interface ChosenEngine {
  readonly name: string;
  readonly engine: BatchEngine;
  readonly engineOptions: EngineOptions;
  readonly signal: AbortSignal;
}

/** Calls an engine, and stores the usage, whatever becomes of the rest of the recording. */
export function fileTranscriber(
  { usages, countUsage }: UsageDeps,
  owner: Pick<Transcript, 'botId' | 'transcriptId'>,
  { name, engine, engineOptions, signal }: ChosenEngine,
): TranscribeFile {
  return async ({ path, audioMs }) => {
    const answer = withUtterances(await engine.transcribe({ wav: { path }, engineOptions, signal }), { audioMs });
    const usage = { usageId: randomUUID(), engine: name, audioMs, openMs: 0 };
    await usages.insert(owner, usage);
    countUsage(usage);
    return answer;
  };
}
