import { expect, it } from 'vitest';
import { encodeLiveFrame, speakerOf } from './live-frame.ts';

const pcm = (...samples: number[]) => ({ encoding: 'pcm' as const, payload: Int16Array.from(samples) });

it('lays a message out as documented', () => {
  const frame = encodeLiveFrame({ id: 'user_42', name: 'Alice' }, pcm(1, -2));
  expect(frame.toString('hex')).toBe(`010700757365725f34320500416c696365${'0100'}${'feff'}`);
});

it('marks an Opus packet as one, and leaves it as it is', () => {
  const frame = encodeLiveFrame({ id: 'p', name: 'Bo' }, { encoding: 'opus', payload: Uint8Array.of(0x78, 1, 2) });
  expect(frame.toString('hex')).toBe(`02010070${'0200426f'}780102`);
});

it('counts bytes, not characters', () => {
  const frame = encodeLiveFrame({ id: '', name: 'Zoë' }, pcm());
  expect(frame.toString('hex')).toBe('01000004005a6fc3ab');
});

it('cuts what its length could not tell', () => {
  const frame = encodeLiveFrame({ id: 'x'.repeat(70_000), name: '' }, pcm(7));
  expect(frame.readUInt16LE(1)).toBe(65_535);
  expect(frame.length).toBe(5 + 65_535 + 2);
});

it('names the dominant speaker, or nobody', () => {
  expect(speakerOf({ participantId: 'p', name: 'Ann' })).toEqual({ id: 'p', name: 'Ann' });
  expect(speakerOf({ participantId: 'p', name: '' })).toEqual({ id: 'p', name: 'NoSpeaker' });
  expect(speakerOf(undefined)).toEqual({ id: '', name: 'NoSpeaker' });
});
