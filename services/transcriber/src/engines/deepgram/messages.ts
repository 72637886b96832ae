import { z } from 'zod';
import { passOver } from '../passed-over.ts';
import { readWords } from '../readable-words.ts';
import type { BatchTranscript, EngineWord } from '../speech-engine.ts';
import { spreadWords, toUtterance } from '../utterance.ts';

/** What is not needed to read and place a word may be missing, null, or something new. */
const number = z.number().nullish().catch(undefined);
const text = z.string().nullish().catch(undefined);
const flag = z.boolean().catch(false);
const list = z.array(z.unknown()).catch([]);

const wordSchema = z.looseObject({
  word: z.string(),
  punctuated_word: text,
  /** Seconds. */
  start: z.number(),
  end: z.number(),
  confidence: number,
  speaker: number,
});

const alternativeSchema = z.looseObject({ transcript: text, words: list, confidence: number });
const channelSchema = z.looseObject({ alternatives: list, detected_language: text }).catch({ alternatives: [] });

/** https://developers.deepgram.com/reference/speech-to-text/listen-streaming */
const resultsSchema = z.looseObject({
  is_final: flag,
  speech_final: flag,
  from_finalize: flag,
  start: number,
  duration: number,
  channel: channelSchema,
});

/** What a live session received. `words` may be empty: Deepgram reports on silence too. */
export type StreamingMessage =
  | {
      readonly type: 'Results';
      readonly isFinal: boolean;
      readonly isEndOfSpeech: boolean;
      readonly words: EngineWord[];
    }
  | { readonly type: 'UtteranceEnd' | 'Metadata' | 'other' };

/** Reads one message; undefined for what is no JSON object, and for words that cannot be placed in time. */
export function readStreamingMessage(engine: string, data: unknown): StreamingMessage | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { type } = data as { type?: unknown };
  if (type === 'UtteranceEnd' || type === 'Metadata') return { type };
  if (type !== 'Results') {
    if (type !== 'SpeechStarted') passOver(engine, 'message');
    return { type: 'other' };
  }
  const results = resultsSchema.safeParse(data);
  if (!results.success) return undefined;
  const { is_final: isFinal, speech_final: isSpeechFinal, from_finalize: isFromFinalize, channel } = results.data;
  const { words, transcript, confidence } = bestOf(engine, channel);
  const result = { type, isFinal, isEndOfSpeech: isSpeechFinal || isFromFinalize } as const;
  if (words.length > 0 || transcript === '') return { ...result, words };
  const { start, duration } = results.data;
  if (typeof start !== 'number' || typeof duration !== 'number') return undefined;
  const span = { startMs: start * 1000, endMs: (start + duration) * 1000 };
  return { ...result, words: spreadWords(transcript, span, confidence) };
}

/** https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded */
const batchSchema = z.looseObject({
  metadata: z.looseObject({ duration: number }).catch({ duration: undefined }),
  results: z.looseObject({ channels: list, utterances: list }),
});
const utteranceSchema = z.looseObject({ words: list, speaker: number });

/** Reads the answer to a recording; undefined for what is none. */
export function readBatchResponse(engine: string, raw: unknown): BatchTranscript | undefined {
  const parsed = batchSchema.safeParse(raw);
  if (!parsed.success) return undefined;
  const { metadata, results } = parsed.data;
  const channels = results.channels.map((item) => channelSchema.parse(item));
  const best = channels.map((channel) => bestOf(engine, channel));
  const byUtterance = results.utterances.flatMap((item) => {
    const utterance = utteranceSchema.safeParse(item);
    if (!utterance.success) return [];
    return [{ words: wordsOf(engine, utterance.data.words), speaker: utterance.data.speaker }];
  });
  const utterances = byUtterance.some(({ words }) => words.length > 0) ? byUtterance : best;
  const language = channels[0]?.detected_language;
  return {
    words: best.flatMap(({ words }) => words).sort((a, b) => a.startMs - b.startMs),
    utterances: utterances.flatMap(
      ({ words, speaker }: { words: EngineWord[]; speaker?: number | null | undefined }) => {
        const utterance = toUtterance(words);
        return utterance ? { ...utterance, ...(typeof speaker === 'number' && { speaker }) } : [];
      },
    ),
    text: best
      .map(({ transcript }) => transcript)
      .filter(Boolean)
      .join('\n'),
    ...(language && { language }),
    ...(typeof metadata.duration === 'number' && { durationMs: Math.round(metadata.duration * 1000) }),
    raw,
  };
}

function bestOf(engine: string, channel: z.output<typeof channelSchema>) {
  const best = alternativeSchema.safeParse(channel.alternatives[0]).data;
  return {
    words: wordsOf(engine, best?.words),
    transcript: best?.transcript?.trim() ?? '',
    confidence: best?.confidence ?? 0,
  };
}

function wordsOf(engine: string, words: unknown): EngineWord[] {
  return readWords(words, { engine, schema: wordSchema, toWord });
}

function toWord(word: z.output<typeof wordSchema>): EngineWord {
  return {
    text: word.word,
    punctuated: word.punctuated_word ?? word.word,
    startMs: Math.round(word.start * 1000),
    endMs: Math.round(word.end * 1000),
    // 0 where nothing is given.
    confidence: word.confidence ?? 0,
    ...(typeof word.speaker === 'number' && { speaker: word.speaker }),
  };
}
