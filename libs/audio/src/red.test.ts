import { describe, expect, it } from 'vitest';
import { unwrapRed } from './red.ts';

describe('unwrapRed', () => {
  it('takes a lone primary block', () => {
    const red = unwrapRed(Uint8Array.of(111, 1, 2, 3));
    expect(red).toEqual({ payloadType: 111, payload: Uint8Array.of(1, 2, 3) });
  });

  it('leaves redundant blocks behind', () => {
    const two = Uint8Array.of(0x80 | 111, 0x1e, 0x00, 2, 0x80 | 111, 0x0f, 0x00, 3, 111, 9, 9, 8, 8, 8, 1, 2);
    expect(unwrapRed(two)?.payload).toEqual(Uint8Array.of(1, 2));
  });

  it('reads block lengths of ten bits', () => {
    const payload = new Uint8Array(5 + 0x301 + 1).fill(7);
    payload.set([0x80 | 111, 0, 0xff, 0x01, 111]);
    expect(unwrapRed(payload)?.payload).toHaveLength(1);
  });

  it.each([
    ['nothing', []],
    ['a header cut short', [0x80 | 111, 0, 0]],
    ['headers without a primary one', [0x80 | 111, 0, 0, 1]],
    ['blocks beyond the end', [0x80 | 111, 0, 0, 9, 111, 1, 2]],
  ])('refuses %s', (_, bytes) => {
    expect(unwrapRed(Uint8Array.from(bytes))).toBeUndefined();
  });
});
