import { expect, it } from 'vitest';
import { listQuery } from './list-query.ts';
import { readBy } from './read.ts';
import { deadQuery } from './webhooks.ts';

const cursor = '1767322800000.5b0ff6e7-1111-4222-8333-444455556666';

it('takes the cursors that pages end with', () => {
  expect(readBy(listQuery, { cursor }).cursor).toBe(cursor);
  expect(readBy(listQuery, {}).cursor).toBe('');
  expect(readBy(deadQuery, { cursor: '17' }).cursor).toBe('17');
});

it.each(['x', '1', `${cursor}0`, '1.------------------------------------', `1.${'a'.repeat(36)}`, '1\n.2'])(
  'refuses %j by the name of the public field',
  (given) => {
    expect(() => readBy(listQuery, { cursor: given })).toThrow('cursor is not one of ours');
  },
);

it.each(['x', '-1', '1.5', '1e999', '9'.repeat(16)])('refuses %j among what was given up alike', (given) => {
  expect(() => readBy(deadQuery, { cursor: given })).toThrow('cursor is not one of ours');
});
