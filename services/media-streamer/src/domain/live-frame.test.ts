import { expect, it } from 'vitest';
import { encodeLiveFrame, speakerOf } from './live-frame.ts';

it('lays a message out as documented', () => {
  const frame = encodeLiveFrame({ id: 'user_42', name: 'Alice' }, Int16Array.of(1, -2));
  expect(frame.toString('hex')).toBe(`010700757365725f34320500416c696365${'0100'}${'feff'}`);
});

it('counts bytes, not characters', () => {
  const frame = encodeLiveFrame({ id: '', name: 'Zoë' }, new Int16Array(0));
  expect(frame.toString('hex')).toBe('01000004005a6fc3ab');
});

it('cuts what its length could not tell', () => {
  const frame = encodeLiveFrame({ id: 'x'.repeat(70_000), name: '' }, Int16Array.of(7));
  expect(frame.readUInt16LE(1)).toBe(65_535);
  expect(frame.length).toBe(5 + 65_535 + 2);
});

it('names the dominant speaker, or nobody', () => {
  expect(speakerOf({ participantId: 'p', name: 'Ann' })).toEqual({ id: 'p', name: 'Ann' });
  expect(speakerOf({ participantId: 'p', name: '' })).toEqual({ id: 'p', name: 'NoSpeaker' });
  expect(speakerOf(undefined)).toEqual({ id: '', name: 'NoSpeaker' });
});
