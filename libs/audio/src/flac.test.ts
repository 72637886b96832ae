import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { decodeFlac, encodeFlac } from './flac.ts';

const SECOND_SAMPLES = 48_000;

/** A vowel that comes and goes. */
function hum(samples: number): Uint8Array {
  const at = (index: number) =>
    Math.sin(index / 40) * 6000 * Math.sin(index / 20_000) + Math.sin(index / 9) * 900 + ((index * 7919) % 61);
  return new Uint8Array(Int16Array.from({ length: samples }, (_, index) => Math.round(at(index))).buffer);
}
/** Whatever 16 bits can say, the ends of their range included. */
function noise(samples: number): Uint8Array {
  let seed = 1;
  const next = () => (seed = (seed * 48_271) % 2_147_483_647) & 0xffff;
  return new Uint8Array(Uint16Array.from({ length: samples }, next).buffer);
}

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
const encoded = (pcm: Uint8Array, chunk = 192_000) =>
  joined(encodeFlac(chunksOf(pcm, chunk), { samples: pcm.length / 2 }));

describe('FLAC', () => {
  it.each([
    ['a voice', hum(3 * SECOND_SAMPLES), 0.6],
    ['silence', new Uint8Array(2 * SECOND_SAMPLES), 0.01],
    ['noise', noise(SECOND_SAMPLES + 17), 1.01],
    ['one sample', hum(1), 50],
    ['nothing', hum(0), 0],
  ])('gives back %s bit for bit', async (_, pcm, mostOfIt) => {
    for (const chunk of [192_000, 998]) {
      const file = await encoded(pcm, chunk);
      expect(file.toString('latin1', 0, 4)).toBe('fLaC');
      if (mostOfIt > 0) expect(file.length / pcm.length).toBeLessThan(mostOfIt);
      expect((await joined(decodeFlac(file))).equals(pcm)).toBe(true);
    }
  });

  it('refuses what is damaged or no FLAC at all, and lives on', async () => {
    const file = await encoded(hum(SECOND_SAMPLES));
    const flipped = Buffer.from(file);
    flipped[file.length >> 1]! ^= 0xff;
    for (const bad of [flipped, file.subarray(0, file.length - 3), Buffer.from('RIFF is another format')]) {
      await expect(joined(decodeFlac(bad))).rejects.toMatchObject({ code: 'internal' });
    }
    expect((await joined(decodeFlac(file))).length).toBe(SECOND_SAMPLES * 2);
  });

  it('refuses other samples than it was told of', async () => {
    const pcm = hum(5000);
    for (const samples of [4999, 5001]) {
      await expect(joined(encodeFlac(chunksOf(pcm, 4096), { samples }))).rejects.toMatchObject({ code: 'internal' });
    }
    await expect(joined(encodeFlac(chunksOf(pcm, 3), { samples: 5000 }))).rejects.toMatchObject({ code: 'internal' });
  });

  it('lets the rest of the process go on, however many work at once', async () => {
    const pcm = noise(10 * SECOND_SAMPLES);
    const files = await Promise.all(Array.from({ length: 3 }, () => encoded(pcm)));
    let rounds = 0;
    let isDone = false;
    const counting = (async () => {
      for (; !isDone; rounds++) await setImmediate();
    })();
    const started = performance.now();
    const works = [...Array.from({ length: 3 }, () => encoded(pcm)), ...files.map((file) => joined(decodeFlac(file)))];
    await Promise.all(works);
    const tookMs = performance.now() - started;
    isDone = true;
    await counting;
    // A turn of one of them is 5 ms and what its last step takes beyond.
    expect(rounds).toBeGreaterThan(tookMs / 50);
  });
});
