import { describe, expect, it } from 'vitest';
import { parseAudioFrame } from './audio-frame.ts';

describe('parseAudioFrame', () => {
  it('reads the documented example', () => {
    const message = Buffer.from(
      '01 07 00 75 73 65 72 5F 34 32 05 00 41 6C 69 63 65 01 02 03 04'.replaceAll(' ', ''),
      'hex',
    );
    expect(parseAudioFrame(message, 5)).toEqual({
      speakerId: 'user_42',
      speakerName: 'Alice',
      pcm: Buffer.from([1, 2, 3, 4]),
      at: 5,
    });
  });

  it('refuses another type and half a sample', () => {
    expect(() => parseAudioFrame(Buffer.from([2, 0, 0, 0, 0]), 0)).toThrow('message type');
    expect(() => parseAudioFrame(Buffer.from([1, 0, 0, 0, 0, 7]), 0)).toThrow('cut short');
  });
});
