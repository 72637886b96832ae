import type { Transcript, Utterance } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { UNKNOWN_SPEAKER } from './cues.ts';
import type { TranscriptWriter } from './transcript-writer.ts';

const seconds = (ms: number) => ms / 1000;

/** The documented array of segments. Word speakers are whole numbers, in order of first appearance. */
export function segmentWriter(transcript: Pick<Transcript, 'startedAt'>): TranscriptWriter {
  const startedAt = transcript.startedAt?.getTime() ?? 0;
  const number = speakerNumbers();
  const comma = separator();
  return {
    head: '[',
    write: (utterance) => comma() + JSON.stringify(toSegment(utterance, { startedAt, speaker: number(utterance) })),
    end: () => ']',
  };
}

function toSegment(utterance: Utterance, { startedAt, speaker }: { startedAt: number; speaker: number }) {
  return {
    speaker: utterance.speakerName || UNKNOWN_SPEAKER,
    transcript: utterance.text,
    // The vendor's own sample for finished meetings reads this one.
    text: utterance.text,
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
      speaker,
      speaker_confidence: utterance.participantId === '' ? 0 : 1,
    })),
  };
}

/** The documented provider-like shape, times in milliseconds. What is known of the whole comes behind the words. */
export function rawWriter(transcript: Pick<Transcript, 'transcriptId' | 'optionsJson'>): TranscriptWriter {
  const number = speakerNumbers();
  const comma = separator();
  const utterances: { speaker: string; text: string; start: number; end: number }[] = [];
  const sum = { confidence: 0, words: 0, endMs: 0 };
  return {
    head: `{"id":${JSON.stringify(transcript.transcriptId)},"status":"completed","words":[`,
    write(utterance) {
      const speaker = String.fromCharCode(65 + (number(utterance) % 26));
      utterances.push({ speaker, text: utterance.text, start: utterance.startMs, end: utterance.endMs });
      sum.endMs = Math.max(sum.endMs, utterance.endMs);
      return utterance.words
        .map(({ text, startMs: start, endMs: end, confidence }) => {
          sum.confidence += confidence;
          sum.words += 1;
          return comma() + JSON.stringify({ text, start, end, confidence, speaker });
        })
        .join('');
    },
    end() {
      const rest = {
        text: utterances.map(({ text }) => text).join(' '),
        language_code: languageOf(transcript),
        audio_url: null,
        confidence: sum.confidence / Math.max(1, sum.words),
        audio_duration: Math.round(sum.endMs / 1000),
        speaker_labels: true,
        utterances,
      };
      return `],${JSON.stringify(rest).slice(1)}`;
    },
  };
}

/** What the words were asked to be in; live providers do not report what they heard. */
function languageOf({ optionsJson }: Pick<Transcript, 'optionsJson'>): string | null {
  const { language, language_code: code } = JSON.parse(optionsJson || '{}') as Record<string, unknown>;
  const named = language ?? code;
  return typeof named === 'string' ? named : null;
}

function separator(): () => string {
  let isFirst = true;
  return () => {
    if (!isFirst) return ',';
    isFirst = false;
    return '';
  };
}

function speakerNumbers(): (utterance: Utterance) => number {
  const numbers = new Map<string, number>();
  return (utterance) => {
    const key = utterance.participantId || utterance.speakerName || utterance.trackId;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  };
}
