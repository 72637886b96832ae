import { describe, expect, it } from 'vitest';
import { swapBytes } from './byte-order.ts';
import { toProblems } from './problems.ts';
import { check } from './read.ts';
import { sendImageBody } from './send-image.ts';
import { audioTypeOf, speakBody } from './speak.ts';

describe('audioTypeOf', () => {
  it.each([
    ['audio/wav', 'WAV'],
    ['Audio/X-WAV', 'WAV'],
    ['audio/wave;codecs=1', 'WAV'],
    ['audio/vnd.wave', 'WAV'],
    ['audio/ogg', 'OGG_OPUS'],
    ['audio/ogg; codecs="opus"', 'OGG_OPUS'],
    ['application/ogg', 'OGG_OPUS'],
    ['audio/opus', 'OGG_OPUS'],
  ])('takes %s as %s', (given, container) =>
    expect(audioTypeOf(given)).toEqual({
      format: { container: `AUDIO_CONTAINER_${container}`, sampleRate: 0, channels: 0 },
      isBigEndian: false,
    }),
  );

  it.each([
    ['audio/pcm;rate=16000;channels=1', 16_000, 1, false],
    ['audio/pcm; rate=8000', 8000, 1, false],
    ['audio/PCM;channels=2;rate="48000"', 48_000, 2, false],
    ['audio/L16;rate=44100;channels=2', 44_100, 2, true],
    ['audio/l16; rate=24000', 24_000, 1, true],
  ])('takes %s as raw samples', (given, sampleRate, channels, isBigEndian) =>
    expect(audioTypeOf(given)).toEqual({
      format: { container: 'AUDIO_CONTAINER_RAW', sampleRate, channels },
      isBigEndian,
    }),
  );

  it.each(
    [
      [
        '',
        'audio',
        'audio/',
        'audio/mpeg',
        'audio/basic',
        'application/json',
        'application/octet-stream',
        'text/plain',
      ],
      ['audio/ogg;codecs=vorbis', 'audio/wav/x', 'audio/wav, audio/ogg', 'video/ogg', '\0'],
    ].flat(),
  )('does not take %j', (given) => expect(audioTypeOf(given)).toBeUndefined());

  it.each([
    ['audio/pcm', /rate of 8000 to 48000/],
    ['audio/L16', /rate of 8000 to 48000: audio\/l16;rate=48000$/],
    ['audio/pcm;rate=7999', /rate/],
    ['audio/pcm;rate=48001', /rate/],
    ['audio/pcm;rate=1e4', /rate/],
    ['audio/pcm;rate=16000.5', /rate/],
    ['audio/pcm;rate=16000;channels=3', /^Content-Type must have 1 or 2 channels$/],
    ['audio/pcm;rate=16000;channels=0', /channels/],
    ['audio/pcm;rate=;channels=x', /rate .*channels/],
  ])('names what is wrong with %s', (given, message) => expect(() => audioTypeOf(given)).toThrow(message));
});

describe('speakBody', () => {
  const problems = (given: unknown) => {
    const { error } = check(speakBody, given);
    return error ? toProblems(error).map(({ field, message }) => `${field}: ${message}`) : [];
  };

  it('takes a text, or audio in base64 of a type that is WAV unless told', () => {
    expect(speakBody.parse({ text: ' Hello ', audio: null })).toMatchObject({ text: 'Hello' });
    expect(speakBody.parse({ audio: 'AAEC' }).audio).toEqual(Buffer.from([0, 1, 2]));
    const raw = speakBody.parse({ audio: 'AAE', content_type: 'audio/L16;rate=8000' });
    expect(raw).toMatchObject({ audio: Buffer.from([0, 1]), content_type: { isBigEndian: true } });
  });

  it.each([
    [{}, [': needs a text or audio']],
    [{ text: null, audio: null }, [': needs a text or audio']],
    [{ text: '  ' }, ['text: must not be empty']],
    [{ text: 'x'.repeat(4001) }, ['text: must have at most 4000 characters']],
    [{ text: 'x', audio: 'AAEC' }, ['text: cannot be given beside audio']],
    [{ text: 'x', content_type: 'audio/wav' }, ['content_type: is about audio']],
    [{ audio: '' }, ['audio: must not be empty']],
    [{ audio: 'data:audio/wav;base64,AAEC' }, ['audio: must be base64']],
    [{ audio: '%' }, ['audio: must be base64']],
    [{ audio: 'AAEC', content_type: 'audio/mpeg' }, [expect.stringContaining('content_type: must be audio/wav')]],
    [{ audio: 'AAEC', content_type: 'audio/pcm' }, [expect.stringContaining('content_type: must have a rate of 8000')]],
    [{ audio: 7, volume: 1 }, expect.arrayContaining(['volume: is not a known field'])],
    ['hello', [': must be an object']],
  ])('names what is wrong with a body (%#)', (given, expected) => expect(problems(given)).toEqual(expected));
});

it.each([
  [{}, ['img_url']],
  [{ img_url: '' }, ['img_url']],
  [{ img_url: 'x'.repeat(2049) }, ['img_url']],
  [{ img_url: 'https://a.example/a.png', display_duration: 0 }, ['display_duration']],
  [{ img_url: 'https://a.example/a.png', display_duration: 86_401 }, ['display_duration']],
  [{ img_url: 'https://a.example/a.png', display_duration: 1.5 }, ['display_duration']],
  [{ img_url: 'https://a.example/a.png', duration: 1 }, ['duration']],
  [{ img_url: 'https://a.example/a.png', display_duration: null, metadata: { message_type: 'image' } }, []],
])('an image that is sent with %j is wrong in %j', (given, fields) => {
  const { error } = check(sendImageBody, given);
  expect(error ? toProblems(error).map(({ field }) => field) : []).toEqual(fields);
});

it('swaps the bytes of samples, in whatever pieces they come', async () => {
  const swapped = async (...pieces: number[][]) => {
    async function* chunks() {
      for (const piece of pieces) yield Buffer.from(piece);
    }
    const parts: Uint8Array[] = [];
    for await (const part of swapBytes(chunks())) parts.push(part);
    return Buffer.concat(parts);
  };
  const expected = Buffer.from([2, 1, 4, 3, 6, 5]);
  expect(await swapped([1, 2, 3, 4, 5, 6])).toEqual(expected);
  expect(await swapped([1], [2, 3], [], [4, 5], [6])).toEqual(expected);
  expect(await swapped([1, 2, 3])).toEqual(Buffer.from([2, 1, 3]));
  expect(await swapped()).toEqual(Buffer.alloc(0));
});
