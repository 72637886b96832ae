import { describe, expect, it } from 'vitest';
import type { Frame } from '../domain/sequenced-batch.ts';
import { MAX_PLAYOUT_DELAY_MS, TrackMixer, PLAYOUT_MS } from './track-mixer.ts';

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
async function mixOf(
  frames: readonly Frame[],
  mixer = new TrackMixer({ startSample: 0, shiftMs: 0 }),
): Promise<number[]> {
  const mixed: number[] = [];
  for (const frame of frames) {
    for (const { pcm } of mixer.take(frame.arrivedMs)) mixed.push(...pcm);
    await mixer.add([frame]);
  }
  for (const { pcm } of mixer.flush((frames.at(-1)?.arrivedMs ?? 0) + 200)) mixed.push(...pcm);
  return mixed;
}

/** How many samples of each packet are in the mix. */
function kept(mixed: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, at) => mixed.filter((sample) => sample === at + 1).length);
}

describe('TrackMixer', () => {
  it('keeps every sample of a voice whose sender loses time in mid-sentence', async () => {
    const frames = Array.from({ length: 50 }, (_, at) => packet(at + 1, 100 + at * 20 + (at < 25 ? 0 : 90)));
    const mixer = new TrackMixer({ startSample: 0, shiftMs: 0 });
    expect(kept(await mixOf(frames, mixer), 50)).toEqual(frames.map(() => PACKET_SAMPLES));
    expect(mixer.losses.lateSamples).toBe(0);
  });

  it('waits for a voice that is held up on its way, and tears no word apart', async () => {
    const heldUpUntil = 1500;
    const frames = Array.from({ length: 100 }, (_, at) => {
      const arrivedMs = 100 + at * 20;
      return packet(at + 1, at < 40 ? arrivedMs : Math.max(arrivedMs, heldUpUntil));
    });
    const mixed = await mixOf(frames);
    const heard = mixed.slice(mixed.indexOf(1), mixed.lastIndexOf(100) + 1);
    expect(heard.filter((sample) => sample === 0)).toEqual([]);
    expect(kept(mixed, 100)).toEqual(frames.map(() => PACKET_SAMPLES));
  });

  it('goes on without a voice that broke off for good, and at once without one that fell silent', async () => {
    const positionAfter = async (level: number, silenceMs: number) => {
      const mixer = new TrackMixer({ startSample: 0, shiftMs: 0 });
      await mixer.add([{ ...packet(0, 1000), level }]);
      for (const _ of mixer.take(1020 + silenceMs));
      return mixer.position / 48;
    };
    expect(await positionAfter(20, 500)).toBe(1000);
    expect(await positionAfter(127, 500)).toBe(1520 - PLAYOUT_MS);
    expect(await positionAfter(20, MAX_PLAYOUT_DELAY_MS + 100)).toBe(1120 + MAX_PLAYOUT_DELAY_MS - PLAYOUT_MS);
  });

  it('waits for nobody who is silent, in the first second of a recording neither', async () => {
    const mixer = new TrackMixer({ startSample: 0, shiftMs: 0 });
    await mixer.add([{ ...packet(1, 100), level: 127 }]);
    for (const _ of mixer.take(500));
    expect(mixer.position / 48).toBe(500 - PLAYOUT_MS);
  });

  it('goes by the newest packet of a voice, not by one that was overtaken on its way', async () => {
    const positionAfter = async (...levels: number[]) => {
      const mixer = new TrackMixer({ startSample: 0, shiftMs: 0 });
      await mixer.add(levels.map((level, at) => ({ ...packet(1 - at, 1000), level })));
      for (const _ of mixer.take(1520));
      return mixer.position / 48;
    };
    expect(await positionAfter(20, 20)).toBe(1000);
    expect(await positionAfter(20, 127)).toBe(1000);
    expect(await positionAfter(127, 20)).toBe(1520 - PLAYOUT_MS);
  });

  it('cuts an overtaken packet that comes after its time, and moves nothing for it', async () => {
    const order = [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 4, 12, 13, 14];
    const frames = order.map((number, at) => packet(number, 100 + at * 20));
    const mixed = await mixOf(frames);
    expect(kept(mixed, 14)).toEqual(Array.from({ length: 14 }, (_, at) => (at + 1 === 4 ? 0 : PACKET_SAMPLES)));
  });

  it('does not mix again what was mixed before it is repeated', async () => {
    const mixer = new TrackMixer({ startSample: 48_000, shiftMs: 0 });
    const frames = Array.from({ length: 50 }, (_, at) => packet(at + 1, 20 + at * 20));
    expect((await mixOf(frames, mixer)).filter((sample) => sample !== 0)).toEqual([]);
  });

  it('mixes what the bot says beside the meeting, late as it comes, and waits for nothing of it', async () => {
    const mixer = new TrackMixer({ startSample: 0, shiftMs: 0 });
    const slices = [];
    let said = 0;
    for (let at = 0; at < 60; at++) {
      const clockMs = 20 + at * 20;
      slices.push(...mixer.take(clockMs));
      const alice = { ...packet(500, clockMs), rtpTimestamp: at * PACKET_SAMPLES };
      // Reported 100 ms after it sounded, and after a pause of which its samples show nothing.
      const own = at < 10 || at >= 50 ? [packet(++said, clockMs - 100)] : [];
      await mixer.add([alice, ...own.map((frame) => ({ ...frame, trackId: 'own', isOwnVoice: true }))]);
    }
    const lastMs = mixer.position / 48;
    slices.push(...mixer.take(1220), ...mixer.flush(1400));
    expect(lastMs).toBeGreaterThan(1200 - 2 * PLAYOUT_MS);
    expect(new Set(slices.flatMap(({ pcm }) => [...pcm]))).toEqual(new Set([0, 500]));
    const own = slices.flatMap(({ pcm, withOwnVoice = pcm }) => [...withOwnVoice.map((both, at) => both - pcm[at]!)]);
    expect(kept(own, said)).toEqual(Array.from({ length: said }, () => PACKET_SAMPLES));
    const [end, begin] = [own.lastIndexOf(10), own.indexOf(11)].map((sample) => sample / 48);
    expect(end).toBeLessThan(300);
    expect(begin).toBeGreaterThan(900);
    expect(mixer.losses.lateSamples).toBe(0);
  });
});
