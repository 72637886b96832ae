import type { Utterance } from '@earshot/contract/transcriber/v1/transcripts.ts';

export const UNKNOWN_SPEAKER = 'Unknown';

/** Two lines of 42 characters, seven seconds at most: the Netflix Timed Text Style Guide for English. */
const LINE_CHARACTERS = 42;
const LINES = 2;
const LONGEST_MS = 7000;
/** A pause this long ends what is on the screen. */
const PAUSE_MS = 1500;
/** Less is not seen; WebVTT wants an end behind the start. */
const SHORTEST_MS = 300;

/** What is on the screen at one time. Times are meeting clock, milliseconds. */
export interface Cue {
  readonly speaker: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly lines: readonly string[];
}

interface Piece {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * Cuts utterances, which come in the order of their start, to what fits on the screen, and gives cues in the order of theirs:
 * one that begins before the next utterance does is not overtaken any more. `tagOf`: what stands before a speaker's
 * words, and takes room there.
 */
export function cueOrder({ tagOf }: { tagOf: (speaker: string) => string }) {
  let waiting: Cue[] = [];
  return {
    add(utterance: Utterance): readonly Cue[] {
      const isDue = ({ startMs }: Cue) => startMs < utterance.startMs;
      const due = waiting.filter(isDue);
      waiting = [...waiting.filter((cue) => !isDue(cue)), ...cuesOf(utterance, tagOf)];
      return inOrder(due);
    },
    end: (): readonly Cue[] => inOrder(waiting),
  };
}

function inOrder(cues: readonly Cue[]): Cue[] {
  return cues.toSorted((a, b) => a.startMs - b.startMs || a.endMs - b.endMs);
}

function cuesOf(utterance: Utterance, tagOf: (speaker: string) => string): Cue[] {
  const speaker = utterance.speakerName.replace(/\s+/g, ' ').trim() || UNKNOWN_SPEAKER;
  const tag = tagOf(speaker);
  return groups(piecesOf(utterance), tag).map((group) => toCue(group, { speaker, tag }));
}

/** The words with their times; words without times share those of the utterance. */
function piecesOf({ words, text, startMs, endMs }: Utterance): Piece[] {
  if (words.length > 0) {
    return words.flatMap((word) =>
      split(word.punctuated || word.text).map((part) => ({ text: part, startMs: word.startMs, endMs: word.endMs })),
    );
  }
  const parts = split(text);
  const each = (endMs - startMs) / Math.max(1, parts.length);
  return parts.map((part, index) => ({
    text: part,
    startMs: Math.round(startMs + index * each),
    endMs: Math.round(startMs + (index + 1) * each),
  }));
}

function split(text: string): string[] {
  return text.split(/\s+/).filter((part) => part !== '');
}

function groups(pieces: readonly Piece[], tag: string): Piece[][] {
  const all: Piece[][] = [];
  for (const piece of pieces) {
    const current = all.at(-1);
    if (current && fits([...current, piece], tag)) current.push(piece);
    else all.push([piece]);
  }
  return all;
}

function fits(pieces: readonly Piece[], tag: string): boolean {
  const last = pieces.at(-1);
  const before = pieces.at(-2);
  const [first] = pieces;
  if (!first || !last || !before) return true;
  if (last.startMs - before.endMs >= PAUSE_MS || last.endMs - first.startMs > LONGEST_MS) return false;
  return wrap(pieces, tag).length <= LINES;
}

function toCue(pieces: readonly Piece[], { speaker, tag }: { speaker: string; tag: string }): Cue {
  const startMs = pieces[0]?.startMs ?? 0;
  const endMs = Math.max(pieces.at(-1)?.endMs ?? 0, startMs + SHORTEST_MS);
  return { speaker, startMs, endMs, lines: wrap(pieces, tag) };
}

/** Lines of whole words; a word that is longer than a line has one to itself. */
function wrap(pieces: readonly Piece[], tag: string): string[] {
  const lines: string[] = [];
  let line = tag;
  for (const { text } of pieces) {
    const isFirst = line === '' || line === tag;
    const longer = isFirst ? `${line}${text}` : `${line} ${text}`;
    if (isFirst || [...longer].length <= LINE_CHARACTERS) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = text;
  }
  return [...lines, line];
}
