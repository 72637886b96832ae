import { describe, expect, it } from 'vitest';
import { checkBounds, depthOf } from './json-bounds.ts';

const nested = (depth: number, open = '[', close = ']') => JSON.parse(`${open.repeat(depth)}${close.repeat(depth)}`);

describe('checkBounds', () => {
  it('takes what is 64 deep, whatever its keys are called', () => {
    expect(checkBounds(nested(64))).toEqual([]);
    const named = {
      toString: 1,
      constructor: { name: 'x' },
      hasOwnProperty: null,
      ['__proto__']: 'own',
      text: 'äöü 😀',
    };
    expect(checkBounds(named)).toEqual([]);
    for (const plain of [undefined, null, 5, 'text', true]) expect(checkBounds(plain)).toEqual([]);
  });

  it.each([[65], [4400], [100_000]])('refuses what is %i deep and names the field', (depth) => {
    const problem = { field: 'custom_attributes', message: 'must not be nested more than 64 deep' };
    expect(checkBounds({ custom_attributes: nested(depth - 1) })).toEqual([problem]);
  });

  it('names every text that no table can hold', () => {
    const given = { bot_name: 'a\0b', list: ['fine', { deep: '\ud800' }], ['\0key']: 1 };
    expect(checkBounds(given).toSorted((a, b) => a.field.localeCompare(b.field))).toEqual([
      { field: 'bot_name', message: 'must not contain U+0000' },
      { field: 'key', message: 'must not contain U+0000' },
      { field: 'list.1.deep', message: 'must be well-formed Unicode' },
    ]);
  });
});

describe('depthOf', () => {
  it.each([
    ['text', 0],
    [{}, 1],
    [{ a: 1 }, 1],
    [{ a: [] }, 2],
    [[[], [[{}]]], 4],
  ])('of %j is %i', (value, depth) => expect(depthOf(value)).toBe(depth));
});
