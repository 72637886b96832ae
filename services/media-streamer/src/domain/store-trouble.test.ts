import { AppError } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { troubleOf } from './store-trouble.ts';

it('tells a full store from one that is away', () => {
  expect(troubleOf(new AppError('resource-exhausted', 'blob store is full'))).toBe('storage_full');
  expect(troubleOf(new AppError('unavailable', 'blob store cannot be read or written'))).toBe('storage_unavailable');
  expect(troubleOf(new Error('anything'))).toBe('storage_unavailable');
});
