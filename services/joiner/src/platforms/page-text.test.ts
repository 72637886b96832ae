import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { answered, listOf, pageCaption, pageId, pageMessage, pageName } from './page-text.ts';

describe('pageId', () => {
  it('leaves what can be stored as it is', () => {
    for (const id of ['spaces/a/devices/1', 'name:Ann Lee#2', '\ud83d\ude00'.repeat(200)]) expect(pageId(id)).toBe(id);
  });

  it.each([
    ['two that are too long', 'x'.repeat(4000) + '1', 'x'.repeat(4000) + '2'],
    ['one with U+0000 and one without', 'a\0b', 'ab'],
    ['two halves of surrogate pairs', 'a\ud83d', 'a\ud83e'],
    ['two that are nothing but controls', '\0', '\u0001'],
  ])('keeps %s apart, and the same one the same', (_, one, other) => {
    expect(pageId(one)).not.toBe(pageId(other));
    for (const id of [one, other]) {
      expect(pageId(id)).toBe(pageId(id));
      expect(pageId(pageId(id))).toBe(pageId(id));
      expect(pageId(id).isWellFormed()).toBe(true);
      expect(pageId(id)).not.toContain('\0');
      expect(Array.from(pageId(id)).length).toBeLessThanOrEqual(200);
    }
  });
});

describe('the texts of a page', () => {
  it('are bounded by what they are, and clean', () => {
    const long = '\0'.repeat(10) + 'ä'.repeat(100_000);
    expect(pageName(long)).toBe('ä'.repeat(256));
    expect(pageMessage(long)).toBe('ä'.repeat(5000));
    expect(pageCaption(long)).toBe('ä'.repeat(50_000));
    expect(pageName('Ann\r\n\tLee')).toBe('Ann Lee');
  });
});

describe('listOf', () => {
  const list = listOf(z.object({ id: answered.id.refine((id) => id !== ''), name: answered.name }), 3);

  it('loses the items that have not the known form, and no others', () => {
    const hostile = [null, 'x', { id: 7, name: 'n' }, { id: '', name: 'n' }];
    expect(listOf(answered.id, 10).parse(['a', 7, 'b'])).toEqual(['a', 'b']);
    for (const item of hostile) {
      expect(list.parse([{ id: 'a', name: 'Ann' }, item, { id: 'b\0', name: 'B\0en' }])).toEqual([
        { id: 'a', name: 'Ann' },
        { id: pageId('b\0'), name: 'Ben' },
      ]);
    }
  });

  it('ends at its limit', () => {
    expect(list.parse(Array.from({ length: 10 }, (_, id) => ({ id: `${id}`, name: '' })))).toHaveLength(3);
  });
});
