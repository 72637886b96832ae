import { describe, expect, it } from 'vitest';
import { judge, Observed, type Findings, type Verdict } from './findings.ts';

const stopped = { reason: 'stop-ordered', detail: 'the bot was told to leave', retryable: false } as const;
const good: Findings = {
  states: [],
  milestones: [{ what: 'entered', atMs: 4000 }],
  taps: { encoded: 1 },
  tracks: { a: { codec: 'opus', packets: 500, voicedPackets: 100, loudest: [20] } },
  people: ['Ann'],
  chatMessages: 0,
  selectors: { hit: {}, missed: [] },
  screenshots: [],
  ending: stopped,
};
const outside = (reason: 'denied' | 'join-failed') => ({ milestones: [], ending: { ...stopped, reason } });

describe('judge', () => {
  it.each<[string, Partial<Findings>, Verdict]>([
    ['all that is expected', {}, 'matches'],
    ['sound that the page plays', { taps: { output: 1 } }, 'matches'],
    ['a host who says no', outside('denied'), 'inconclusive'],
    ['a page that does not lead in', outside('join-failed'), 'differs'],
    ['an end that was not ordered', { ending: { ...stopped, reason: 'meeting-ended' } }, 'differs'],
    ['nobody there', { people: [] }, 'differs'],
    ['no sound', { tracks: {} }, 'differs'],
    ['only the last resort of the taps', { taps: { track: 1 } }, 'differs'],
  ])('%s', (_, findings, verdict) => {
    expect(judge({ ...good, ...findings })).toMatchObject({ verdict });
  });
});

describe('Witnessed', () => {
  it('keeps the loudest packet of each second, and seconds without any', () => {
    const observed = new Observed(() => 0);
    const frame = (arrivedMs: number, level: number) =>
      ({ trackId: 'a', codec: 'opus', payload: new Uint8Array(), rtpTimestamp: 0, arrivedMs, level }) as const;
    const frames = [frame(100, 127), frame(900, 40), frame(2100, 127)];
    observed.collect({
      case: 'batch',
      batch: {
        clockMs: 3000,
        frames,
        participants: [],
        chat: [],
        captions: [],
        speaking: [],
        captionsShown: undefined,
      },
    });
    expect(observed.tracks['a']).toEqual({ codec: 'opus', packets: 3, voicedPackets: 1, loudest: [40, null, 127] });
  });
});
