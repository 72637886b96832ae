import { describe, expect, it } from 'vitest';
import { Attribution } from './attribution.ts';

function repeat(times: number, vote: () => void): void {
  for (let index = 0; index < times; index++) vote();
}

describe('Attribution', () => {
  it('names a track after about a second of clean evidence', () => {
    const attribution = new Attribution();
    repeat(3, () => attribution.vote({ voices: ['t1'], speakers: ['ann'] }));
    expect(attribution.ownerOf('t1')).toBeUndefined();
    expect(attribution.vote({ voices: ['t1'], speakers: ['ann'] })).toBe(true);
    expect(attribution.ownerOf('t1')).toBe('ann');
  });

  it('says nothing while two always speak at once', () => {
    const attribution = new Attribution();
    repeat(200, () => attribution.vote({ voices: ['t1', 't2'], speakers: ['ann', 'ben'] }));
    expect([attribution.ownerOf('t1'), attribution.ownerOf('t2')]).toEqual([undefined, undefined]);
  });

  it('tells two apart who speak in turns and over each other', () => {
    const attribution = new Attribution();
    repeat(10, () => {
      repeat(8, () => attribution.vote({ voices: ['t1'], speakers: ['ann'] }));
      repeat(4, () => attribution.vote({ voices: ['t1', 't2'], speakers: ['ann', 'ben'] }));
      repeat(8, () => attribution.vote({ voices: ['t2'], speakers: ['ben'] }));
    });
    expect([attribution.ownerOf('t1'), attribution.ownerOf('t2')]).toEqual(['ann', 'ben']);
  });

  it('is not led astray by marks that lag behind', () => {
    const attribution = new Attribution();
    repeat(5, () => {
      repeat(2, () => attribution.vote({ voices: ['t1'], speakers: ['ben'] }));
      repeat(10, () => attribution.vote({ voices: ['t1'], speakers: ['ann'] }));
    });
    expect(attribution.ownerOf('t1')).toBe('ann');
  });

  it('renames a track that was given to somebody else', () => {
    const attribution = new Attribution();
    repeat(40, () => attribution.vote({ voices: ['t1'], speakers: ['ann'] }));
    expect(attribution.tracksOf('ann')).toEqual(['t1']);
    repeat(80, () => attribution.vote({ voices: ['t1'], speakers: ['ben'] }));
    expect(attribution.ownerOf('t1')).toBe('ben');
    expect(attribution.tracksOf('ann')).toEqual([]);
  });

  it('starts anew with a track that was forgotten', () => {
    const attribution = new Attribution();
    repeat(10, () => attribution.vote({ voices: ['t1'], speakers: ['ann'] }));
    attribution.forget('t1');
    expect(attribution.ownerOf('t1')).toBeUndefined();
  });
});
