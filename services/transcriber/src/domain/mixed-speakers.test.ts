import { describe, expect, it } from 'vitest';
import { ownersOf, type MixedWord, type SpeakingInterval } from './mixed-speakers.ts';

/** `count` words of 300 ms, one behind the other. */
function words(fromMs: number, count: number, voice?: number): MixedWord[] {
  return Array.from({ length: count }, (_, index) => {
    const startMs = fromMs + index * 400;
    return { startMs, endMs: startMs + 300, voice };
  });
}

function marked(participantId: string, fromMs: number, toMs: number): SpeakingInterval {
  return { participantId, fromMs, toMs };
}

const times = (count: number, owner: string | undefined) => Array<string | undefined>(count).fill(owner);

describe('ownersOf', () => {
  it('gives a voice to whoever had the mark during most of its words', () => {
    const said = [...words(0, 10, 0), ...words(5000, 10, 1)];
    const timeline = [marked('ann', 300, 4200), marked('ben', 5300, 9200)];
    expect(ownersOf(said, timeline)).toEqual([...times(10, 'ann'), ...times(10, 'ben')]);
  });

  it('loses no word to a mark that is late, goes over, or is missing for a while', () => {
    const said = [...words(0, 10, 0), ...words(4100, 2, 1), ...words(20_000, 10, 0), ...words(30_000, 10, 1)];
    // Ann's mark stays while Ben begins; nobody has one during Ann's last words.
    const timeline = [marked('ann', 800, 5000), marked('ben', 4900, 5200), marked('ben', 30_200, 34_000)];
    expect(ownersOf(said, timeline)).toEqual([
      ...times(10, 'ann'),
      ...times(2, 'ben'),
      ...times(10, 'ann'),
      ...times(10, 'ben'),
    ]);
  });

  it.each([{ voice: 0 }, { voice: undefined }])(
    'goes by word where one voice ($voice) is several people',
    ({ voice }) => {
      const said = [...words(0, 10, voice), ...words(6000, 8, voice)];
      const timeline = [marked('ann', 0, 4000), marked('ben', 6000, 9200)];
      expect(ownersOf(said, timeline)).toEqual([...times(10, 'ann'), ...times(8, 'ben')]);
    },
  );

  it('lets whoever speaks go on while two have the mark', () => {
    const said = words(0, 6);
    const timeline = [marked('ann', 0, 3000), marked('ben', 800, 3000)];
    expect(ownersOf(said, timeline)).toEqual(times(6, 'ann'));
  });

  it('names nobody where nothing tells', () => {
    expect(ownersOf(words(0, 3, 0), [])).toEqual(times(3, undefined));
    const both = [marked('ann', 0, 3000), marked('ben', 0, 3000)];
    expect(ownersOf(words(0, 3), both)).toEqual(times(3, undefined));
    expect(ownersOf(words(60_000, 2), [marked('ann', 0, 3000)])).toEqual(times(2, undefined));
    expect(ownersOf([], both)).toEqual([]);
  });

  it('takes an hour of a talkative meeting without ado', () => {
    const said = words(0, 9000, 0);
    const timeline = Array.from({ length: 3600 }, (_, second) =>
      marked(second % 2 ? 'ann' : 'ben', second * 1000, second * 1000 + 900),
    );
    const owners = ownersOf(said, timeline);
    expect(new Set(owners)).toEqual(new Set(['ann', 'ben']));
    const right = owners.filter((owner, index) => owner === (Math.floor((index * 400) / 1000) % 2 ? 'ann' : 'ben'));
    expect(right.length / owners.length).toBeGreaterThan(0.8);
  });
});
