import type { BatchTranscript } from './speech-engine.ts';
import { spreadWords, toUtterance } from './utterance.ts';

/**
 * What holds for every engine: where there is text there are utterances. Servers in front of a recogniser answer with the text
 * alone; its words then share the recording's length evenly, which is all that is known of their times.
 */
export function withUtterances(answer: BatchTranscript, { audioMs }: { readonly audioMs: number }): BatchTranscript {
  if (answer.utterances.length > 0 || answer.text.trim() === '') return answer;
  const span = { startMs: 0, endMs: answer.durationMs ?? audioMs };
  const words = answer.words.length > 0 ? answer.words : spreadWords(answer.text, span);
  const utterance = toUtterance(words);
  return { ...answer, words, utterances: utterance ? [utterance] : [] };
}
