import { describe, expect, it } from 'vitest';
import { toBatchTranscript, transcriptionSchema } from './messages.ts';

const read = (answer: object) => toBatchTranscript(transcriptionSchema.parse(answer), answer);
const words = [
  { word: ' Good', start: 0.1, end: 0.3 },
  { word: 'morning', start: 0.4, end: 0.9 },
  { word: 'Next', start: 2.1, end: 2.4 },
];

describe('a transcription in the manner of OpenAI', () => {
  it('has utterances by its segments, written as they are, with the segment’s confidence', () => {
    const segments = [
      { start: 0, end: 1, text: ' Good morning.', avg_logprob: Math.log(0.5) },
      { start: 2, end: 3, text: ' Next', avg_logprob: 0 },
    ];
    const transcript = read({ text: ' Good morning. Next', language: 'english', duration: '3.5', words, segments });
    expect(transcript).toMatchObject({ text: 'Good morning. Next', language: 'english', durationMs: 3500 });
    expect(transcript.utterances.map(({ text, startMs, endMs }) => [text, startMs, endMs])).toEqual([
      ['Good morning.', 100, 900],
      ['Next', 2100, 2400],
    ]);
    expect(transcript.words[0]).toEqual({
      text: 'good',
      punctuated: 'Good',
      startMs: 100,
      endMs: 300,
      confidence: 0.5,
    });
  });

  it('has utterances by its pauses where there are no segments', () => {
    expect(read({ text: 'Good morning Next', words }).utterances.map(({ text }) => text)).toEqual([
      'Good morning',
      'Next',
    ]);
  });

  it('spreads the words of a segment that are not timed', () => {
    const transcript = read({ text: 'one two', segments: [{ start: 1, end: 2, text: ' one two' }] });
    expect(transcript.words.map(({ startMs, endMs, confidence }) => [startMs, endMs, confidence])).toEqual([
      [1000, 1500, 0],
      [1500, 2000, 0],
    ]);
    expect(read({ text: '' })).toMatchObject({ words: [], utterances: [] });
  });
});
