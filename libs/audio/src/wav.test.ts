import { AppError } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import { parseWav, wavHeader } from './wav.ts';

const samples = Int16Array.of(1, -2, 3, -4);
const data = Buffer.from(samples.buffer);

function chunk(id: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.write(id, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

describe('wav', () => {
  it('reads back what it writes', () => {
    const header = wavHeader({ sampleRate: 16_000, channels: 2, bytes: data.length });
    expect(header).toHaveLength(44);
    expect(parseWav(Buffer.concat([header, data]))).toEqual({ sampleRate: 16_000, channels: 2, pcm: samples });
  });

  it('passes over unknown chunks, also of odd size', () => {
    const written = Buffer.concat([wavHeader({ sampleRate: 48_000, channels: 1, bytes: data.length }), data]);
    const format = written.subarray(12, 36);
    const body = [chunk('LIST', Buffer.from('odd')), format, chunk('fact', Buffer.alloc(4)), chunk('data', data)];
    const file = Buffer.concat([written.subarray(0, 12), ...body, chunk('id3 ', Buffer.alloc(3))]);
    expect(parseWav(file)).toEqual({ sampleRate: 48_000, channels: 1, pcm: samples });
  });

  it('reads a file cut short, and one whose size was never filled in', () => {
    const file = Buffer.concat([wavHeader({ sampleRate: 48_000, channels: 1, bytes: 2 ** 33 }), data]);
    expect(parseWav(file).pcm).toEqual(samples);
    expect(parseWav(file.subarray(0, file.length - 1)).pcm).toEqual(samples.subarray(0, 3));
  });

  it('reads an extensible format', () => {
    const format = Buffer.alloc(40);
    format.set(wavHeader({ sampleRate: 8000, channels: 1, bytes: 0 }).subarray(20, 36));
    format.writeUInt16LE(0xfffe, 0);
    format.writeUInt16LE(1, 24);
    const file = Buffer.concat([Buffer.from('RIFF....WAVE', 'latin1'), chunk('fmt ', format), chunk('data', data)]);
    expect(parseWav(file)).toEqual({ sampleRate: 8000, channels: 1, pcm: samples });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['something else', Buffer.from('OggS and more than twelve bytes')],
    ['no data', Buffer.from(wavHeader({ sampleRate: 8000, channels: 1, bytes: 0 })).subarray(0, 36)],
    ['no format', Buffer.concat([Buffer.from('RIFF....WAVE', 'latin1'), chunk('data', data)])],
    ['floats', Buffer.from(wavHeader({ sampleRate: 8000, channels: 1, bytes: 0 })).fill(3, 20, 21)],
  ])('refuses %s', (_, file) => {
    expect(() => parseWav(file)).toThrow(AppError);
  });
});
