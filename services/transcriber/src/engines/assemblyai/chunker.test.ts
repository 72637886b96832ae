import { describe, expect, it } from 'vitest';
import { Chunker } from './chunker.ts';

function setUp() {
  const sent: number[] = [];
  const chunker = new Chunker(16_000, (pcm) => void sent.push(pcm.length / 16));
  return { sent, push: (ms: number) => chunker.push(new Int16Array(ms * 16)), chunker };
}

describe('Chunker', () => {
  it('sends nothing shorter than 50 ms and nothing longer than a second', () => {
    const { sent, push } = setUp();
    for (let count = 0; count < 6; count++) push(20);
    push(2500);
    expect(sent).toEqual([60, 60, 1000, 1000, 500]);
  });

  it('fills up what is left over, and takes the filling out of the times', () => {
    const { sent, push, chunker } = setUp();
    push(20);
    chunker.flush();
    chunker.flush();
    push(100);
    expect(sent).toEqual([50, 100]);
    expect([0, 10, 20, 40, 50, 120].map((ms) => chunker.toSessionMs(ms))).toEqual([0, 10, 20, 20, 20, 90]);
  });
});
