import { wavHeader } from '@earshot/audio';
import { describe, expect, it } from 'vitest';
import { readAudio, type AudioForm } from './read-audio.ts';
import { WavStream } from './wav-stream.ts';

function wav({ sampleRate = 16_000, channels = 1, seconds = 1, spoil = (head: Buffer) => head } = {}): Buffer {
  const data = Buffer.alloc(sampleRate * channels * 2 * seconds, 1);
  return Buffer.concat([spoil(Buffer.from(wavHeader({ sampleRate, channels, bytes: data.length }))), data]);
}
const raw = (sampleRate: number, channels = 1): AudioForm => ({ container: 'raw', sampleRate, channels });

describe('readAudio', () => {
  it.each<[string, AudioForm, Buffer]>([
    ['a WAV file', { container: 'wav' }, wav()],
    ['a WAV file in stereo at 44.1 kHz', { container: 'wav' }, wav({ sampleRate: 44_100, channels: 2 })],
    ['a WAV file at 48 kHz', { container: 'wav' }, wav({ sampleRate: 48_000 })],
    ['raw PCM at 8 kHz', raw(8000), Buffer.alloc(16_000, 1)],
    ['raw PCM in stereo', raw(24_000, 2), Buffer.alloc(96_000, 1)],
    ['raw PCM with half a sample', raw(24_000, 2), Buffer.alloc(96_003, 1)],
  ])('has a second of %s', async (_, form, bytes) => {
    const pcm = await readAudio(form, bytes);
    expect(Math.abs(pcm.length - 48_000)).toBeLessThanOrEqual(1);
    expect(Math.abs((pcm[24_000] ?? 0) - 257)).toBeLessThanOrEqual(1);
  });

  it('has a whole minute, and not more', async () => {
    expect(await readAudio(raw(8000), Buffer.alloc(960_000))).toHaveLength(2_880_000);
    await expect(readAudio(raw(8000), Buffer.alloc(960_016))).rejects.toMatchObject({
      ...{ code: 'resource-exhausted', message: 'the audio is longer than 60 s' },
    });
  });

  it.each<[string, string, AudioForm, Buffer]>([
    ['no WAV file', 'the audio cannot be read: not a wav file', { container: 'wav' }, Buffer.alloc(100)],
    ['no Ogg file', 'the audio cannot be read: not an ogg file', { container: 'ogg-opus' }, wav()],
    ['another rate', 'the sample rate must be 8000 to 48000 Hz', raw(7000), Buffer.alloc(100)],
    [
      'another rate in a file',
      'the sample rate must be 8000 to 48000 Hz',
      { container: 'wav' },
      wav({ sampleRate: 96_000 }),
    ],
    ['more channels', 'the audio must have one channel or two', raw(8000, 6), Buffer.alloc(100)],
    ['more channels in a file', 'the audio must have one channel or two', { container: 'wav' }, wav({ channels: 3 })],
    ['nothing', 'the audio is empty', raw(8000), Buffer.alloc(0)],
    ['a file of nothing', 'the audio is empty', { container: 'wav' }, wav({ seconds: 0 })],
    [
      'floats',
      'the audio cannot be read: wav file is not 16-bit pcm',
      { container: 'wav' },
      wav({ spoil: (head) => head.fill(3, 20, 21) }),
    ],
  ])('refuses %s and says so', async (_, message, form, bytes) => {
    await expect(readAudio(form, bytes)).rejects.toMatchObject({ code: 'invalid-argument', message });
  });
});

describe('WavStream', () => {
  it('has what comes in pieces of any size, whatever sizes the file says it has', () => {
    const file = wav({ sampleRate: 24_000, spoil: (head) => (head.writeUInt32LE(0xffffffff, 40), head) });
    for (const size of [7, 44, 45, 1000, 100_000]) {
      const stream = new WavStream();
      let samples = 0;
      for (let at = 0; at < file.length; at += size) samples += stream.push(file.subarray(at, at + size)).length;
      expect(samples + stream.flush().length).toBe(48_000);
    }
  });

  it.each<[string, Buffer]>([
    [
      'without audio',
      Buffer.concat([Buffer.from('RIFF....WAVEjunk'), Buffer.from([255, 255, 255, 0]), Buffer.alloc(100_000)]),
    ],
    ['without a format', Buffer.concat([Buffer.from('RIFF....WAVEdata....'), Buffer.alloc(100)])],
    ['of another width', wav({ spoil: (head) => (head.writeUInt16LE(32, 34), head) })],
  ])('refuses a file %s', (_, file) => {
    expect(() => new WavStream().push(file)).toThrow('wav file');
  });
});
