import { describe, expect, it } from 'vitest';
import { readPicture } from './picture.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
const png = hex('89504e470d0a1a0a 0000000d 49484452 00000280 00000168 0802000000');
const gif = hex('474946383961 4001 b400 000000');
/** Comment segment, fill bytes, then a progressive frame. */
const jpeg = hex('ffd8 fffe0004 6869 ff ffc2000b 08 00b4 0140 01011100');

describe('readPicture', () => {
  it.each([
    ['a PNG', png, { type: 'image/png', width: 640, height: 360 }],
    ['a GIF', gif, { type: 'image/gif', width: 320, height: 180 }],
    ['a JPEG', jpeg, { type: 'image/jpeg', width: 320, height: 180 }],
  ])('tells %s by its content', (_, bytes, expected) => {
    expect(readPicture(bytes)).toMatchObject(expected);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['a web page', new TextEncoder().encode('<!doctype html><title>logo.png</title>')],
    ['an SVG', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a PNG that stops early', png.subarray(0, 20)],
    ['a PNG without a size', hex('89504e470d0a1a0a 0000000d 49484452 00000000 00000168 0802000000')],
    ['a JPEG without a frame', hex('ffd8 fffe0004 6869 ffd9 0000000000000000')],
    ['a JPEG with a length that leads nowhere', hex('ffd8 fffeffff 6869 ffc2000b 08 00b4 0140')],
    ['a RIFF', new TextEncoder().encode('RIFF0000WEBPVP8 0000000000')],
  ])('refuses %s', (_, bytes) => {
    expect(readPicture(bytes)).toBeUndefined();
  });

  it('reads a part of a larger buffer', () => {
    const larger = new Uint8Array(png.length + 7);
    larger.set(png, 7);
    expect(readPicture(larger.subarray(7))).toMatchObject({ width: 640, height: 360 });
  });
});
