import { cueOrder, UNKNOWN_SPEAKER, type Cue } from './cues.ts';
import type { TranscriptWriter } from './transcript-writer.ts';

/** A transcript as a file for people: what it is called over HTTP, and how it is written. */
export const textFormats = {
  srt: { contentType: 'application/x-subrip; charset=utf-8', writer: srtWriter },
  vtt: { contentType: 'text/vtt; charset=utf-8', writer: vttWriter },
  txt: { contentType: 'text/plain; charset=utf-8', writer: textWriter },
} as const;

export type TextFormat = keyof typeof textFormats;

/** SubRip. The speaker stands before the words, since the format knows none; markup it does not know is left as it is. */
export function srtWriter(): TranscriptWriter {
  let number = 0;
  return cueWriter({
    head: '',
    tagOf: (speaker) => `${speaker}: `,
    block(cue) {
      number += 1;
      const gap = number === 1 ? '' : '\n';
      return `${gap}${number}\n${timing(cue, ',')}\n${cue.lines.map(withoutArrow).join('\n')}\n`;
    },
  });
}

/** WebVTT, with its own voice tag: https://www.w3.org/TR/webvtt1/#webvtt-cue-voice-span */
export function vttWriter(): TranscriptWriter {
  return cueWriter({
    head: 'WEBVTT\n',
    tagOf: () => '',
    block: (cue) => `\n${timing(cue, '.')}\n<v ${escapeVtt(cue.speaker)}>${cue.lines.map(escapeVtt).join('\n')}</v>\n`,
  });
}

/** One line an utterance, in order: time, speaker, words. */
export function textWriter(): TranscriptWriter {
  return {
    head: '',
    write({ speakerName, startMs, text }) {
      const speaker = oneLine(speakerName) || UNKNOWN_SPEAKER;
      return `[${clock(startMs).slice(0, 8)}] ${speaker}: ${oneLine(text)}\n`;
    },
    end: () => '',
  };
}

function cueWriter({
  head,
  tagOf,
  block,
}: {
  head: string;
  tagOf: (speaker: string) => string;
  block: (cue: Cue) => string;
}): TranscriptWriter {
  const order = cueOrder({ tagOf });
  const blocks = (cues: readonly Cue[]) => cues.map(block).join('');
  return { head, write: (utterance) => blocks(order.add(utterance)), end: () => blocks(order.end()) };
}

function timing({ startMs, endMs }: Cue, separator: ',' | '.'): string {
  return `${clock(startMs, separator)} --> ${clock(endMs, separator)}`;
}

/** 3723004 is `01:02:03.004`. */
function clock(ms: number, separator: ',' | '.' = '.'): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const rest = String(Math.round(ms) % 1000).padStart(3, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}${separator}${rest}`;
}

/** A name or a word may not end its tag, begin another, or look like a time line. */
function escapeVtt(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function withoutArrow(text: string): string {
  return text.replaceAll('-->', '->');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
