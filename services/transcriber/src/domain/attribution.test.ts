import { describe, expect, it } from 'vitest';
import { attribute } from './attribution.ts';
import type { SpokenUtterance } from './transcript.ts';

function said(trackId: string, startMs: number, label = ''): SpokenUtterance {
  const times = { startMs, endMs: startMs + 500 };
  return { utteranceId: `${trackId}-${startMs}`, trackId, number: 0, label, text: 'yes', ...times, words: [] };
}

describe('attribute', () => {
  it('applies a name to everything its track said, in order of time', () => {
    const named = attribute(
      [said('a', 0), said('a', 2000), said('b', 1000)],
      [{ trackId: 'a', participantId: 'p1', name: 'Ada' }],
    );
    expect(named.map(({ startMs, speakerName, participantId }) => [startMs, speakerName, participantId])).toEqual([
      [0, 'Ada', 'p1'],
      [1000, '', ''],
      [2000, 'Ada', 'p1'],
    ]);
  });

  it('keeps the label of a voice that no track tells', () => {
    expect(attribute([said('mixed', 0, 'Speaker 2')], [])[0]).toMatchObject({ speakerName: 'Speaker 2' });
  });
});
