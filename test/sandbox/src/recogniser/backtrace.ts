/** Times are milliseconds from the first sample that was recognised; confidence is the posterior probability, 0 to 1. */
export interface RecognisedWord {
  word: string;
  startMs: number;
  endMs: number;
  confidence: number;
}

const frameMs = 10;
const row = /^(\S+)\s+(\d+)\s+(\d+)\s+(\d(?:\.\d+)?)\s+-?\d+\s+-?\d+\s+-?\d+\s*$/;

/** Reads the word table that `pocketsphinx_batch -backtrace yes` logs; silence and noises are left out. */
export function parseBacktrace(log: readonly string[]): RecognisedWord[] {
  return log.flatMap((line) => {
    const match = row.exec(line);
    if (!match || /^[<[+]/.test(match[1]!)) return [];
    return {
      word: match[1]!.replace(/\(\d+\)$/, ''),
      startMs: Number(match[2]) * frameMs,
      endMs: (Number(match[3]) + 1) * frameMs,
      confidence: Math.min(1, Number(match[4])),
    };
  });
}
