import { describe, expect, it } from 'vitest';
import type { Frame } from '../domain/batch.ts';
import { MixDesk } from './mix-desk.ts';

const PACKET_SAMPLES = 960;

/** 20 ms of a voice: every sample has the packet's number. */
function packet(number: number, arrivedMs: number): Frame {
  const pcm = new Int16Array(PACKET_SAMPLES).fill(number);
  return {
    trackId: 'alice',
    codec: 'pcm',
    rtpTimestamp: number * PACKET_SAMPLES,
    arrivedMs,
    level: 20,
    payload: new Uint8Array(pcm.buffer),
  };
}

/** What is mixed when each packet is taken as it arrives. */
async function mixOf(frames: readonly Frame[], desk = new MixDesk({ startSample: 0, shiftMs: 0 })): Promise<number[]> {
  const mixed: number[] = [];
  for (const frame of frames) {
    for (const { pcm } of desk.take(frame.arrivedMs)) mixed.push(...pcm);
    await desk.add([frame]);
  }
  for (const { pcm } of desk.flush((frames.at(-1)?.arrivedMs ?? 0) + 200)) mixed.push(...pcm);
  return mixed;
}

/** How many samples of each packet are in the mix. */
function kept(mixed: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, at) => mixed.filter((sample) => sample === at + 1).length);
}

describe('MixDesk', () => {
  it('keeps every sample of a voice whose sender loses time in mid-sentence', async () => {
    const frames = Array.from({ length: 50 }, (_, at) => packet(at + 1, 100 + at * 20 + (at < 25 ? 0 : 90)));
    const desk = new MixDesk({ startSample: 0, shiftMs: 0 });
    expect(kept(await mixOf(frames, desk), 50)).toEqual(frames.map(() => PACKET_SAMPLES));
    expect(desk.losses.lateSamples).toBe(0);
  });

  it('does not mix again what was mixed before it is repeated', async () => {
    const desk = new MixDesk({ startSample: 48_000, shiftMs: 0 });
    const frames = Array.from({ length: 50 }, (_, at) => packet(at + 1, 20 + at * 20));
    expect((await mixOf(frames, desk)).filter((sample) => sample !== 0)).toEqual([]);
  });
});
