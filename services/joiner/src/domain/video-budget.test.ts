import { describe, expect, it } from 'vitest';
import { chooseTracks, type OfferedTrack } from './video-budget.ts';

const limits = { maxWebcams: 6, maxBytesPerSecond: 1_000_000 };
const track = (id: string, more: Partial<OfferedTrack> = {}): OfferedTrack => ({
  ...{ id, source: 'webcam', bytesPerSecond: 100_000, spokeAt: 0, isAdmitted: true },
  ...more,
});
const choose = (tracks: readonly OfferedTrack[], more = {}) => [...chooseTracks(tracks, { ...limits, ...more })].sort();

describe('chooseTracks', () => {
  it('takes six webcams and every screen, whoever spoke last first', () => {
    const webcams = Array.from({ length: 8 }, (_, at) => track(`w${at}`, { spokeAt: at, bytesPerSecond: 1000 }));
    const screens = Array.from({ length: 3 }, (_, at) => track(`s${at}`, { source: 'screen', bytesPerSecond: 1000 }));
    expect(choose([...webcams, ...screens])).toEqual(['s0', 's1', 's2', 'w2', 'w3', 'w4', 'w5', 'w6', 'w7']);
  });

  it('lets go of the webcam whose owner has been silent for longest, and of a screen last', () => {
    const tracks = [
      track('old', { spokeAt: 1, bytesPerSecond: 400_000 }),
      track('new', { spokeAt: 9, bytesPerSecond: 400_000 }),
      track('screen', { source: 'screen', bytesPerSecond: 500_000 }),
    ];
    expect(choose(tracks)).toEqual(['new', 'screen']);
    expect(choose(tracks, { maxBytesPerSecond: 600_000 })).toEqual(['screen']);
  });

  it('takes a small webcam where a larger one does not fit', () => {
    const tracks = [track('large', { spokeAt: 5, bytesPerSecond: 900_000 }), track('small'), track('tiny')];
    expect(choose(tracks, { maxBytesPerSecond: 950_000 })).toEqual(['large']);
    expect(choose([track('first', { spokeAt: 6 }), ...tracks], { maxBytesPerSecond: 950_000 })).toEqual([
      ...['first', 'small', 'tiny'],
    ]);
  });

  it('takes one that is too large for itself where there is no other', () => {
    expect(choose([track('only', { source: 'screen', bytesPerSecond: 5_000_000 })])).toEqual(['only']);
  });

  it('keeps those it has while nobody speaks, and takes one back only with room to spare', () => {
    const tracks = [track('out', { isAdmitted: false }), track('in')];
    expect(choose(tracks, { maxWebcams: 1 })).toEqual(['in']);
    expect(choose(tracks, { maxBytesPerSecond: 210_000 })).toEqual(['in']);
    expect(choose(tracks, { maxBytesPerSecond: 240_000 })).toEqual(['in', 'out']);
  });
});
