import { AppError } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { isLasting } from './lasting.ts';

const withCode = (code: string) => Object.assign(new Error('failed'), { code });

it.each([
  ['a text with U+0000', withCode('22021'), true],
  ['a number out of range', withCode('22003'), true],
  ['a key that is there', withCode('23505'), true],
  ['an index row that is too large', withCode('54000'), true],
  ['a time beyond all dates', new RangeError('Invalid time value'), true],
  ['a connection that broke', withCode('08006'), false],
  ['a serialisation failure', withCode('40001'), false],
  ['a full disk', withCode('53100'), false],
  ['a server that shuts down', withCode('57P01'), false],
  ['a refused connection', withCode('ECONNREFUSED'), false],
  ['what is told as unavailable', new AppError('unavailable', 'the database is not available'), false],
  ['what is no error', 'failed', false],
])('%s: %s', (_, error, is) => {
  expect(isLasting(error)).toBe(is);
});
