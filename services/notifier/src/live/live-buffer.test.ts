import type { AccountId, BotId } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { costOf, LiveBuffer, type LiveMessage } from './live-buffer.ts';

function message(messageId: string, supersedesKey = ''): LiveMessage {
  return {
    messageId,
    supersedesKey,
    accountId: 'a' as AccountId,
    botId: 'b' as BotId,
    url: 'https://example.com/',
    body: Buffer.alloc(0),
    queuedAt: 0,
  };
}

function idsOf(buffer: LiveBuffer): string[] {
  const ids: string[] = [];
  for (let next = buffer.take(); next; next = buffer.take()) ids.push(next.messageId);
  return ids;
}

it('keeps the order, and a newer partial at its own place', () => {
  const buffer = new LiveBuffer({ capacity: 10, maxBytes: Infinity });
  for (const next of [message('p1', 'k'), message('f1'), message('q1', 'other'), message('p2', 'k'), message('f2')]) {
    expect(buffer.push(next)).toBe(true);
  }
  expect(idsOf(buffer)).toEqual(['f1', 'q1', 'p2', 'f2']);
  expect(buffer.superseded).toBe(1);
});

it('drops the oldest partial for whatever comes when full', () => {
  const buffer = new LiveBuffer({ capacity: 3, maxBytes: Infinity });
  for (const next of [message('p', 'p'), message('q', 'q'), message('f1'), message('f2'), message('r', 'r')]) {
    expect(buffer.push(next)).toBe(true);
  }
  expect(idsOf(buffer)).toEqual(['f1', 'f2', 'r']);
  expect(buffer.droppedPartials).toBe(2);
});

it('refuses a final rather than drop one, and drops a partial', () => {
  const buffer = new LiveBuffer({ capacity: 2, maxBytes: Infinity });
  buffer.push(message('f1'));
  buffer.push(message('f2'));
  expect(buffer.push(message('p', 'p'))).toBe(true);
  expect(buffer.push(message('f3'))).toBe(false);
  expect(buffer.finals).toBe(2);
  expect(idsOf(buffer)).toEqual(['f1', 'f2']);
  expect(buffer.droppedPartials).toBe(1);
});

it('sends first again what did not arrive', () => {
  const buffer = new LiveBuffer({ capacity: 2, maxBytes: Infinity });
  buffer.push(message('f1'));
  buffer.push(message('f2'));
  buffer.putBack(buffer.take()!);
  expect(idsOf(buffer)).toEqual(['f1', 'f2']);
});

it('is full by its bytes as well, what is on its way included', () => {
  const large = (messageId: string, key = '') => ({ ...message(messageId, key), body: Buffer.alloc(1000) });
  const buffer = new LiveBuffer({ capacity: 10, maxBytes: 2 * costOf(large('f')) });
  expect(buffer.push(large('f1'))).toBe(true);
  const onItsWay = buffer.take()!;
  expect(buffer.push(large('p', 'k'))).toBe(true);
  expect(buffer.push(large('f2'))).toBe(true);
  expect(buffer.push(large('f3'))).toBe(false);
  buffer.putBack(onItsWay);
  expect(buffer.push(large('f4'))).toBe(false);
  expect(idsOf(buffer)).toEqual(['f1', 'f2']);
  expect(buffer).toMatchObject({ droppedPartials: 1, droppedFinals: 2, missed: 3 });
});
