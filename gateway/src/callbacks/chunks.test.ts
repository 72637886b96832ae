import { Message } from '@earshot/contract/notifier/v1/notifier.ts';
import { expect, it } from 'vitest';
import { inChunks } from './chunks.ts';

const message = (messageId: string, bytes = 1) => Message.fromPartial({ messageId, body: Buffer.alloc(bytes) });
const idsOf = (chunks: Iterable<Message[]>) => [...chunks].map((chunk) => chunk.map(({ messageId }) => messageId));

it('keeps the order and asks for nothing without messages', () => {
  expect(idsOf(inChunks([]))).toEqual([]);
  expect(idsOf(inChunks([message('a'), message('b')]))).toEqual([['a', 'b']]);
});

it('bounds a request by count', () => {
  const many = Array.from({ length: 450 }, (_, at) => message(`${at}`));
  const chunks = idsOf(inChunks(many));
  expect(chunks.map(({ length }) => length)).toEqual([200, 200, 50]);
  expect(chunks.flat()).toEqual(many.map(({ messageId }) => messageId));
});

it('bounds a request by bytes, and lets what is larger go alone', () => {
  const half = 2.5 * 1024 * 1024;
  const chunks = inChunks([message('a', half), message('b', half), message('huge', 8 * 1024 * 1024), message('c')]);
  expect(idsOf(chunks)).toEqual([['a'], ['b'], ['huge'], ['c']]);
});
