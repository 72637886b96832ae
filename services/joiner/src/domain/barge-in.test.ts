import { describe, expect, it } from 'vitest';
import { BargeIns } from './barge-in.ts';
import type { Frame } from './ingest-batch.ts';

const VOICE = 30;
const SILENCE = 127;

/** Packets of 20 ms of one track, from `fromMs` on. */
function packets(levels: readonly number[], { trackId = 'ann', fromMs = 0, isOwnVoice = false } = {}): Frame[] {
  return levels.map((level, index) => {
    const arrivedMs = fromMs + index * 20;
    const rest = { codec: 'opus' as const, payload: new Uint8Array(40), rtpTimestamp: (arrivedMs * 48) >>> 0 };
    return { trackId, level, arrivedMs, isOwnVoice, ...rest };
  });
}
const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

describe('BargeIns', () => {
  it('finds who has 150 ms of a voice while the bot speaks, and no one before', () => {
    const bargeIns = new BargeIns();
    const found = packets(times(12, VOICE)).map((frame) => bargeIns.among([frame], 'speech').length);
    expect(found.indexOf(1)).toBe(7);
    expect(found.filter(Boolean)).toHaveLength(1);
  });

  it.each<[string, Frame[], string | undefined]>([
    ['nobody while the bot is silent', packets(times(50, VOICE)), undefined],
    ['no silence', packets(times(50, SILENCE)), 'speech'],
    ['no cough', packets([...times(6, VOICE), ...times(20, SILENCE), ...times(6, VOICE)]), 'speech'],
    ['not the bot', packets(times(50, VOICE), { isOwnVoice: true }), 'speech'],
  ])('finds %s', (_, frames, speechId) => {
    expect(new BargeIns().among(frames, speechId)).toEqual([]);
  });

  it('counts only what is said while the bot speaks', () => {
    const bargeIns = new BargeIns();
    // The end of what somebody said before the bot answered.
    expect(bargeIns.among(packets(times(100, VOICE)), undefined)).toEqual([]);
    expect(bargeIns.among(packets(times(5, VOICE), { fromMs: 2000 }), 'answer')).toEqual([]);
    expect(bargeIns.among(packets(times(5, VOICE), { fromMs: 2100 }), 'answer')).toEqual(['ann']);
  });

  it('finds a speaker once in a turn, again in the next one, and again in the next speech', () => {
    const bargeIns = new BargeIns();
    expect(bargeIns.among(packets(times(100, VOICE)), 'one')).toEqual(['ann']);
    expect(bargeIns.among(packets(times(100, VOICE), { fromMs: 2000 }), 'one')).toEqual([]);
    expect(bargeIns.among(packets(times(20, VOICE), { fromMs: 5000 }), 'one')).toEqual(['ann']);
    expect(bargeIns.among(packets(times(20, VOICE), { fromMs: 5400 }), 'two')).toEqual(['ann']);
  });

  it('finds each of several', () => {
    const both = [...packets(times(20, VOICE)), ...packets(times(20, VOICE), { trackId: 'ben' })];
    expect(new BargeIns().among(both, 'speech')).toEqual(['ann', 'ben']);
  });

  it('goes by the time of packets of another length', () => {
    const frames = packets(times(4, VOICE)).map((frame, at) => ({
      ...frame,
      rtpTimestamp: (4_294_967_000 + at * 2880) >>> 0,
    }));
    expect(new BargeIns().among(frames, 'speech')).toEqual(['ann']);
  });
});
