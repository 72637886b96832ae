import { expect, it } from 'vitest';
import { FragmentSplitter, type Piece } from './fragment-splitter.ts';

function box(type: string, bytes: number): Buffer {
  const whole = Buffer.alloc(8 + bytes, type.charCodeAt(3));
  whole.writeUInt32BE(whole.length, 0);
  whole.write(type, 4, 'latin1');
  return whole;
}
const stream = [
  box('ftyp', 20),
  box('moov', 900),
  box('moof', 200),
  box('mdat', 30_000),
  box('moof', 9),
  box('mdat', 0),
  box('mfra', 4),
];

it.each([1, 7, 1000, 1_000_000])('gives whole pieces, whatever comes at a time: %i bytes', (size) => {
  const splitter = new FragmentSplitter();
  const bytes = Buffer.concat(stream);
  const pieces: Piece[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(...splitter.push(bytes.subarray(at, at + size)));
  expect(pieces.map(({ kind }) => kind)).toEqual(['init', 'fragment', 'fragment']);
  expect(Buffer.concat(pieces.map((piece) => piece.bytes)).equals(bytes.subarray(0, bytes.length - 12))).toBe(true);
});

it('refuses what is no MP4', () => {
  expect(() => new FragmentSplitter().push(Buffer.alloc(100))).toThrow('not fragmented MP4');
});
