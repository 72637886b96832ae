import { describe, expect, it } from 'vitest';
import { ToldWords } from './told-words.ts';

function setUp() {
  const words = new ToldWords();
  const told: string[] = [];
  const tell = (utteranceId: string) => async () => void told.push(utteranceId);
  const fact = (utteranceId: string) => words.fact('bot', utteranceId, tell(utteranceId));
  const whisper = (utteranceId: string, after: string) =>
    words.whisper('bot', { utteranceId, after }, tell(utteranceId));
  return { words, told, fact, whisper };
}

describe('ToldWords', () => {
  it('tells words that are whispered at once, and their facts not again', async () => {
    const { told, fact, whisper } = setUp();
    await fact('a');
    await whisper('b', 'a');
    await whisper('c', 'b');
    for (const late of ['b', 'c', 'd']) await fact(late);
    expect(told).toEqual(['a', 'b', 'c', 'd']);
  });

  it('leaves what was whispered behind a lost whisper to the facts, and goes on after them', async () => {
    const { told, fact, whisper } = setUp();
    await fact('a');
    await whisper('c', 'b');
    expect(told).toEqual(['a']);
    for (const late of ['b', 'c']) await fact(late);
    await whisper('d', 'c');
    expect(told).toEqual(['a', 'b', 'c', 'd']);
  });

  it('leaves the first of a stream to its fact: what was told before nobody knows', async () => {
    const { words, told, fact, whisper } = setUp();
    await whisper('a', '');
    expect(told).toEqual([]);
    await fact('a');
    await whisper('first of another', '');
    words.forget('bot');
    await whisper('b', 'a');
    expect(told).toEqual(['a']);
  });

  it('tells one after the other, and what could not be told again', async () => {
    const { words, told, fact, whisper } = setUp();
    const slow = Promise.withResolvers<void>();
    const first = words.fact('bot', 'a', () => slow.promise);
    const second = whisper('b', 'a');
    await Promise.resolve();
    expect(told).toEqual([]);
    slow.reject(new Error('the notifier is away'));
    await expect(first).rejects.toThrow('away');
    await second;
    expect(told).toEqual([]);
    for (const again of ['a', 'b']) await fact(again);
    expect(told).toEqual(['a', 'b']);
  });
});
