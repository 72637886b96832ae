import { describe, expect, it } from 'vitest';
import { rmsDb } from './levels.ts';
import { halfSecond } from './ogg-opus.fixture.ts';
import { decodeOggOpus } from './ogg-opus.ts';
import { oggPackets } from './ogg.ts';

const limit = { maxMs: 60_000 };

/** Where each page begins. */
function pagesOf(file: Buffer): number[] {
  const pages: number[] = [];
  for (let at = file.indexOf('OggS'); at >= 0; at = file.indexOf('OggS', at + 4)) pages.push(at);
  return pages;
}

/** Of each tenth of a second, dB. */
function toneLevels(pcm: Int16Array): number[] {
  const levels: number[] = [];
  for (let at = 0; at + 4800 <= pcm.length; at += 4800) levels.push(Math.round(rmsDb(pcm.subarray(at, at + 4800))));
  return levels;
}

describe('decodeOggOpus', () => {
  it('has exactly what was encoded: without what the encoder put before and behind it', async () => {
    const pcm = await decodeOggOpus(halfSecond, limit);
    expect(pcm).toHaveLength(24_000);
    const levels = toneLevels(pcm);
    expect(Math.max(...levels) - Math.min(...levels)).toBeLessThanOrEqual(1);
    const crossings = pcm.reduce((count, sample, at) => count + (sample >= 0 && (pcm[at - 1] ?? 0) < 0 ? 1 : 0), 0);
    expect(Math.abs(crossings - 220)).toBeLessThanOrEqual(2);
  });

  it('reads one stream after the other', async () => {
    expect(await decodeOggOpus(Buffer.concat([halfSecond, halfSecond]), limit)).toHaveLength(48_000);
  });

  it('reads what there is of a file that was cut short', async () => {
    const pages = pagesOf(halfSecond);
    expect(pages.length).toBeGreaterThan(2);
    const cut = halfSecond.subarray(0, halfSecond.length - 10);
    expect((await decodeOggOpus(cut, limit)).length).toBeLessThan(24_000);
    expect(await decodeOggOpus(halfSecond.subarray(0, pages[2]), limit)).toHaveLength(0);
  });

  it('refuses what is too long before it decodes any of it', async () => {
    await expect(decodeOggOpus(halfSecond, { maxMs: 400 })).rejects.toMatchObject({
      code: 'resource-exhausted',
      message: 'longer than 0.4 s',
    });
  });

  it.each<[string, string, (file: Buffer) => Buffer]>([
    ['nothing', 'ogg file without an opus stream', () => Buffer.alloc(0)],
    ['something else', 'not an ogg file', () => Buffer.from('RIFF and more than twenty-seven bytes of it')],
    ['a damaged page', 'ogg page damaged', (file) => ((file[file.length - 1]! ^= 1), file)],
    ['rubbish between pages', 'ogg page damaged', (file) => Buffer.concat([file, Buffer.alloc(40)])],
    ['a stream of another codec', 'ogg file without an opus stream', (file) => file.subarray(pagesOf(file)[1])],
  ])('refuses %s', async (_, message, spoil) => {
    const spoiled = spoil(Buffer.from(halfSecond));
    await expect(decodeOggOpus(spoiled, limit)).rejects.toMatchObject({ code: 'invalid-argument', message });
  });
});

describe('oggPackets', () => {
  it('gives each packet, and the position at which its stream ends', () => {
    const packets = [...oggPackets(halfSecond)];
    expect(packets[0]?.bytes.subarray(0, 8).toString()).toBe('OpusHead');
    expect(packets.at(-1)?.granule).toBe(24_312n);
  });
});
