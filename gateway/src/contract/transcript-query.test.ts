import { expect, it } from 'vitest';
import { parseTranscriptQuery } from './transcript-query.ts';

it.each([
  [{}, 'segments'],
  [{ raw: 'false' }, 'segments'],
  [{ raw: '' }, 'segments'],
  [{ raw: 'true' }, 'raw'],
  [{ raw: 'True' }, 'raw'],
  [{ raw: '1', format: 'json' }, 'raw'],
  [{ format: 'vtt' }, 'vtt'],
  [{ raw: '0', format: 'srt' }, 'srt'],
  [{ something: 'else' }, 'segments'],
])('reads %j as %s', (given, shape) => {
  expect(parseTranscriptQuery(given)).toBe(shape);
});

it.each([
  [{ format: 'docx' }, ['format']],
  [{ raw: 'yes' }, ['raw']],
  [{ raw: 'yes', format: 'docx' }, ['raw', 'format']],
  [{ raw: 'true', format: 'srt' }, ['format']],
  [{ raw: ['true', 'false'] }, ['raw']],
])('refuses %j and names %j', (given, fields) => {
  expect(() => parseTranscriptQuery(given)).toThrow(
    expect.objectContaining({ problems: fields.map((field) => expect.objectContaining({ field })) }),
  );
});
