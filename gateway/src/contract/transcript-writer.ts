import type { Utterance } from '@earshot/contract/transcriber/v1/transcripts.ts';

/**
 * Writes a transcript utterance by utterance, so that it is never whole in memory: what it begins with, each utterance's part
 * (empty where it waits for the next one), and what it ends with.
 */
export interface TranscriptWriter {
  readonly head: string;
  write(utterance: Utterance): string;
  end(): string;
}

/** The whole of a transcript that is at hand. */
export function written(writer: TranscriptWriter, utterances: readonly Utterance[]): string {
  return [writer.head, ...utterances.map((utterance) => writer.write(utterance)), writer.end()].join('');
}
