import type { Utterance } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { describe, expect, it } from 'vitest';
import { srtWriter, textWriter, vttWriter } from './subtitles.ts';
import { written } from './transcript-writer.ts';

const toSrt = (utterances: readonly Utterance[]) => written(srtWriter(), utterances);
const toVtt = (utterances: readonly Utterance[]) => written(vttWriter(), utterances);
const toText = (utterances: readonly Utterance[]) => written(textWriter(), utterances);

/** One word every 400 ms, each 300 ms long. */
function say(speakerName: string, text: string, startMs = 1000): Utterance {
  const words = text.split(' ').map((word, index) => ({
    text: word.toLowerCase(),
    punctuated: word,
    startMs: startMs + index * 400,
    endMs: startMs + index * 400 + 300,
    confidence: 1,
  }));
  return {
    ...{ utteranceId: 'u', trackId: 't', participantId: 'p', speakerName, text, words, startMs },
    endMs: words.at(-1)!.endMs,
  };
}

const cuesOf = (file: string) =>
  file
    .split('\n\n')
    .map((block) => block.trim().split('\n'))
    .filter((lines) => lines.some((line) => line.includes(' --> ')));

const long = 'The quarterly numbers look much better than anybody in this room would have dared to hope last spring.';

describe('subtitles', () => {
  it('writes SubRip with numbers, commas in the times and the speaker before the words', () => {
    expect(toSrt([say('Alice', 'Hello there.'), say('Bob', 'Hi.', 3_723_004)])).toBe(
      '1\n00:00:01,000 --> 00:00:01,700\nAlice: Hello there.\n\n2\n01:02:03,004 --> 01:02:03,304\nBob: Hi.\n',
    );
  });

  it('writes WebVTT with its header, full stops in the times and voice tags', () => {
    expect(toVtt([say('Alice', 'Hello there.')])).toBe(
      'WEBVTT\n\n00:00:01.000 --> 00:00:01.700\n<v Alice>Hello there.</v>\n',
    );
  });

  it('writes text as one line an utterance, whatever line breaks it has', () => {
    const utterance = { ...say('Ali\nce', 'Hello'), text: 'Hello\nthere.', startMs: 61_000 };
    expect(toText([utterance])).toBe('[00:01:01] Ali ce: Hello there.\n');
  });

  it.each([
    ['srt', toSrt],
    ['vtt', toVtt],
  ])('%s keeps every word, in lines of at most 42 characters and two to a cue', (_, write) => {
    const lines = cuesOf(write([say('Alice', long)])).map((block) =>
      block.filter((line) => !line.includes('-->') && !/^\d+$/.test(line)).map((line) => line.replace(/<[^>]*>/g, '')),
    );
    expect(lines.length).toBeGreaterThan(1);
    for (const cue of lines) {
      expect(cue.length).toBeLessThanOrEqual(2);
      for (const line of cue) expect(line.length).toBeLessThanOrEqual(42);
    }
    expect(lines.flat().join(' ').replaceAll('Alice: ', '')).toBe(long);
  });

  it('begins and ends each cue with its own words', () => {
    const times = cuesOf(toVtt([say('A', long)])).map(([time]) => time!.split(' --> '));
    expect(times[0]![0]).toBe('00:00:01.000');
    for (const [start, end] of times) expect(start! < end!).toBe(true);
    for (const [index, [start]] of times.slice(1).entries()) expect(times[index]![1]! <= start!).toBe(true);
  });

  it('takes what was said from the screen in a long pause', () => {
    const first = say('A', 'One');
    const later = say('A', 'two', 60_000);
    const joined = { ...first, words: [...first.words, ...later.words], endMs: later.endMs };
    expect(cuesOf(toVtt([joined])).map(([time]) => time)).toEqual([
      '00:00:01.000 --> 00:00:01.300',
      '00:01:00.000 --> 00:01:00.300',
    ]);
  });

  it('lets no name and no word end a tag or make a time line', () => {
    const nasty = say('<b>Tom & "Al"</b>', 'a --> b </v> &lt;');
    expect(toVtt([nasty])).toContain('<v &lt;b&gt;Tom &amp; "Al"&lt;/b&gt;>a --&gt; b &lt;/v&gt; &amp;lt;</v>\n');
    expect(toSrt([nasty]).match(/-->/g)).toHaveLength(1);
  });

  it('gives a word that is longer than a line one of its own, unbroken', () => {
    const monster = 'x'.repeat(60);
    expect(toVtt([say('A', `so ${monster} yes`)])).toContain(`\n${monster}`);
  });

  it('shares the time of an utterance among words without times', () => {
    const utterance = { ...say('A', 'x'), text: 'one two three four', words: [], startMs: 0, endMs: 4000 };
    expect(toVtt([utterance])).toContain('00:00:00.000 --> 00:00:04.000\n<v A>one two three four</v>');
  });

  it('gives cues of people who talk at the same time in the order of their start', () => {
    const all = [say('A', long, 0), say('B', 'Hm.', 2000), say('C', long, 2500), say('D', 'Late.', 100_000)];
    for (const file of [toVtt(all), toSrt(all)]) {
      const starts = cuesOf(file).map((lines) => lines.find((line) => line.includes(' --> '))?.slice(0, 12));
      expect(starts.length).toBeGreaterThan(5);
      expect(starts).toEqual(starts.toSorted());
    }
  });

  it('is a valid empty file when nothing was said', () => {
    expect(toVtt([])).toBe('WEBVTT\n');
    expect(toSrt([])).toBe('');
    expect(toText([])).toBe('');
  });

  it('calls nobody Unknown and shows a word without length long enough to be seen', () => {
    const blink = { ...say('', 'Yes.'), words: [{ ...say('', 'Yes.').words[0]!, endMs: 1000 }] };
    expect(toSrt([blink])).toBe('1\n00:00:01,000 --> 00:00:01,300\nUnknown: Yes.\n');
  });
});
