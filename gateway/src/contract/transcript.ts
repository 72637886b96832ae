import type { Transcript, Utterance } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { UNKNOWN_SPEAKER } from './cues.ts';

const seconds = (ms: number) => ms / 1000;

/** The documented array of segments. Word speakers are whole numbers, in order of first appearance. */
export function toSegments(transcript: Transcript) {
  const startedAt = transcript.startedAt?.getTime() ?? 0;
  const number = speakerNumbers(transcript.utterances);
  return transcript.utterances.map((utterance) => ({
    speaker: utterance.speakerName || UNKNOWN_SPEAKER,
    transcript: utterance.text,
    start_time: seconds(utterance.startMs),
    end_time: seconds(utterance.endMs),
    absolute_start_time: new Date(startedAt + utterance.startMs).toISOString(),
    absolute_end_time: new Date(startedAt + utterance.endMs).toISOString(),
    words: utterance.words.map((word) => ({
      word: word.text,
      punctuated_word: word.punctuated,
      start: seconds(word.startMs),
      end: seconds(word.endMs),
      confidence: word.confidence,
      speaker: number(utterance),
      speaker_confidence: utterance.participantId === '' ? 0 : 1,
    })),
  }));
}

/** The provider's own answer where there is one, else the documented provider-like shape, times in milliseconds. */
export function toRawTranscript(transcript: Transcript): unknown {
  if (transcript.rawJson) return JSON.parse(transcript.rawJson);
  const number = speakerNumbers(transcript.utterances);
  const letter = (utterance: Utterance) => String.fromCharCode(65 + (number(utterance) % 26));
  const words = transcript.utterances.flatMap((utterance) =>
    utterance.words.map((word) => ({
      text: word.text,
      start: word.startMs,
      end: word.endMs,
      confidence: word.confidence,
      speaker: letter(utterance),
    })),
  );
  const confidence = words.reduce((sum, word) => sum + word.confidence, 0) / Math.max(1, words.length);
  const endMs = Math.max(0, ...transcript.utterances.map((utterance) => utterance.endMs));
  return {
    id: transcript.transcriptId,
    status: 'completed',
    text: transcript.utterances.map((utterance) => utterance.text).join(' '),
    language_code: languageOf(transcript),
    audio_url: null,
    confidence,
    audio_duration: Math.round(endMs / 1000),
    speaker_labels: true,
    words,
    utterances: transcript.utterances.map((utterance) => ({
      speaker: letter(utterance),
      text: utterance.text,
      start: utterance.startMs,
      end: utterance.endMs,
    })),
  };
}

/** What the words were asked to be in; live providers do not say what they heard. */
function languageOf({ optionsJson }: Transcript): string | null {
  const { language, language_code: code } = JSON.parse(optionsJson || '{}') as Record<string, unknown>;
  const named = language ?? code;
  return typeof named === 'string' ? named : null;
}

function speakerNumbers(utterances: readonly Utterance[]): (utterance: Utterance) => number {
  const keys = [...new Set(utterances.map(speakerKey))];
  return (utterance) => keys.indexOf(speakerKey(utterance));
}

function speakerKey(utterance: Utterance): string {
  return utterance.participantId || utterance.speakerName || utterance.trackId;
}
