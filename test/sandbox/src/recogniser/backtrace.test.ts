import { describe, expect, it } from 'vitest';
import { parseBacktrace } from './backtrace.ts';

describe('parseBacktrace', () => {
  it('reads words, times and confidences, and leaves silence, noise and log lines out', () => {
    const log = [
      'INFO: pocketsphinx.c(1168): good thing (-12118)',
      'word                 start end   pprob ascr       lscr       lback',
      '<s>                  0     20    1.000 -122880    0          1  ',
      'good(2)              21    34    0.356 -528384    -398       2  ',
      '<sil>                35    49    1.000 -1000      -398       2  ',
      '[NOISE]              50    59    1.000 -1000      -398       2  ',
      'thing                60    90    1.000 -1045504   -241       3  ',
      '</s>                 91    99    1.000 -1806336   -111       3  ',
    ];
    expect(parseBacktrace(log)).toEqual([
      { word: 'good', startMs: 210, endMs: 350, confidence: 0.356 },
      { word: 'thing', startMs: 600, endMs: 910, confidence: 1 },
    ]);
  });
});
