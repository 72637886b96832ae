import { describe, expect, it } from 'vitest';
import { CommandError } from './command-error.ts';
import { parseMessage, readCommand } from './commands.ts';

const pcm = Buffer.from([1, 2, 3, 4]).toString('base64');
const read = (message: unknown, isBinary = false) => {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  return readCommand(parseMessage(Buffer.from(text), isBinary), 'bot-1');
};
const defaults = { sample_rate: 48_000, channels: 1, encoding: 'pcm16', endianness: 'little' };

describe('readCommand', () => {
  it.each<[string, object, object]>([
    ['audio with nothing but a chunk', { command: 'sendaudio', audiochunk: pcm }, defaults],
    [
      'audio as it is documented',
      {
        ...{ command: 'sendaudio', bot_id: 'bot-1', audiochunk: pcm, sample_rate: 16_000 },
        ...{ encoding: 'PCM16', channels: 2, endianness: 'little' },
      },
      { ...defaults, sample_rate: 16_000, channels: 2 },
    ],
    [
      'audio whose form is null',
      { command: 'sendaudio', audiochunk: pcm, sample_rate: null, channels: null, encoding: null, endianness: null },
      defaults,
    ],
    ['an interruption', { command: 'interrupt', action: 'clear_audio_queue' }, {}],
    ['an interruption without an action', { command: 'interrupt' }, {}],
    ['a message under either name', { command: 'sendmsg', msg: ' Hello ' }, { message: 'Hello' }],
    ['a message under both', { command: 'sendmsg', message: 'Hello', msg: 'other' }, { message: 'Hello' }],
    ['a message whose first name is empty', { command: 'sendmsg', message: '', msg: 'Hello' }, { message: 'Hello' }],
    ['chat', { command: 'sendchat', text: 'Hi' }, { role: 'assistant', text: 'Hi', is_final: true }],
    [
      'what the user said',
      { command: 'sendchat', role: 'user', text: 'Hi', is_final: false },
      { role: 'user', text: 'Hi', is_final: false },
    ],
    [
      'an address',
      { command: 'sendimg_url', img_url: 'https://a.example/x.png' },
      { img_url: 'https://a.example/x.png' },
    ],
    ['an acknowledgement', { command: 'ack', message: 'Control channel bound' }, {}],
    ['an acknowledgement by its type', { type: 'ack' }, {}],
  ])('reads %s', (_, message, value) => {
    expect(read(message).value).toMatchObject(value);
  });

  it('reads a picture, also as a data URL', () => {
    const img = Buffer.from('picture').toString('base64');
    for (const given of [img, `data:image/png;base64,${img}`])
      expect(read({ command: 'sendimg', img: given }).value).toEqual({ img: Buffer.from('picture') });
  });

  it('reads an empty chunk', () => {
    expect(read({ command: 'sendaudio', audiochunk: '' })).toMatchObject({ value: { audiochunk: Buffer.alloc(0) } });
  });

  it.each<[string, unknown, string, RegExp]>([
    ['no JSON', '{"command":', 'invalid_message', /JSON object/],
    ['no object', '[]', 'invalid_message', /JSON object/],
    ['null', 'null', 'invalid_message', /JSON object/],
    ['no command', {}, 'unknown_command', /command: is missing/],
    ['a command that is no text', { command: 5 }, 'unknown_command', /command: is missing/],
    ['an unknown command', { command: 'dance' }, 'unknown_command', /must be one of sendaudio, interrupt/],
    ['what every object has', { command: 'constructor' }, 'unknown_command', /must be one of/],
    ['another bot', { command: 'interrupt', bot_id: 'bot-2' }, 'wrong_bot', /bot_id/],
    ['a bot that is no text', { command: 'interrupt', bot_id: 2 }, 'wrong_bot', /bot_id/],
    ['no chunk', { command: 'sendaudio' }, 'invalid_command', /audiochunk/],
    [
      'a chunk that is no base64',
      { command: 'sendaudio', audiochunk: 'not base64!' },
      'invalid_command',
      /audiochunk: must be base64/,
    ],
    ['a chunk of one sign', { command: 'sendaudio', audiochunk: '!' }, 'invalid_command', /audiochunk: must be base64/],
    ['too low a rate', { command: 'sendaudio', audiochunk: pcm, sample_rate: 7999 }, 'invalid_command', /sample_rate/],
    [
      'too high a rate',
      { command: 'sendaudio', audiochunk: pcm, sample_rate: 96_000 },
      'invalid_command',
      /sample_rate/,
    ],
    ['half a rate', { command: 'sendaudio', audiochunk: pcm, sample_rate: 8000.5 }, 'invalid_command', /sample_rate/],
    ['three channels', { command: 'sendaudio', audiochunk: pcm, channels: 3 }, 'invalid_command', /channels/],
    ['another encoding', { command: 'sendaudio', audiochunk: pcm, encoding: 'opus' }, 'invalid_command', /encoding/],
    [
      'the other endianness',
      { command: 'sendaudio', audiochunk: pcm, endianness: 'big' },
      'invalid_command',
      /endianness/,
    ],
    ['no message', { command: 'sendmsg' }, 'invalid_command', /message/],
    ['a message of spaces', { command: 'sendmsg', message: ' ' }, 'invalid_command', /message/],
    ['chat of nobody', { command: 'sendchat', role: 'system', text: 'x' }, 'invalid_command', /role/],
    ['no picture', { command: 'sendimg' }, 'invalid_command', /img/],
    ['no address', { command: 'sendimg_url', img_url: '' }, 'invalid_command', /img_url/],
  ])('refuses %s and names it', (_, message, code, named) => {
    const refused = (() => {
      try {
        return read(message);
      } catch (error) {
        return error;
      }
    })();
    expect(refused).toBeInstanceOf(CommandError);
    expect(refused).toMatchObject({ code, message: expect.stringMatching(named) });
  });

  it('refuses binary messages', () => {
    expect(() => read({ command: 'interrupt' }, true)).toThrow('text message');
  });

  it('looks at the end of base64 only, however many signs of an end it has', () => {
    const startedAt = performance.now();
    expect(() => read({ command: 'sendaudio', audiochunk: `${'='.repeat(900_000)}x` })).toThrow('must be base64');
    // Not in the square of its length, which would take minutes.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});
