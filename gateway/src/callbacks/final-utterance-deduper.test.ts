import { describe, expect, it } from 'vitest';
import { FinalUtteranceDeduper } from './final-utterance-deduper.ts';

function setUp() {
  const words = new FinalUtteranceDeduper();
  const told: string[] = [];
  const tell = (utteranceId: string) => async () => void told.push(utteranceId);
  const fact = (utteranceId: string) => words.fact('bot', utteranceId, tell(utteranceId));
  const publishEphemeral = (utteranceId: string, after: string) =>
    words.publishEphemeral('bot', { utteranceId, after }, tell(utteranceId));
  return { words, told, fact, publishEphemeral };
}

describe('FinalUtteranceDeduper', () => {
  it('sends previewed words at once, and their facts not again', async () => {
    const { told, fact, publishEphemeral } = setUp();
    await fact('a');
    await publishEphemeral('b', 'a');
    await publishEphemeral('c', 'b');
    for (const late of ['b', 'c', 'd']) await fact(late);
    expect(told).toEqual(['a', 'b', 'c', 'd']);
  });

  it('leaves previews behind a lost one to the facts, and goes on after them', async () => {
    const { told, fact, publishEphemeral } = setUp();
    await fact('a');
    await publishEphemeral('c', 'b');
    expect(told).toEqual(['a']);
    for (const late of ['b', 'c']) await fact(late);
    await publishEphemeral('d', 'c');
    expect(told).toEqual(['a', 'b', 'c', 'd']);
  });

  it('leaves the first of a stream to its fact: what was sent before nobody knows', async () => {
    const { words, told, fact, publishEphemeral } = setUp();
    await publishEphemeral('a', '');
    expect(told).toEqual([]);
    await fact('a');
    await publishEphemeral('first of another', '');
    words.forget('bot');
    await publishEphemeral('b', 'a');
    expect(told).toEqual(['a']);
  });

  it('sends one after the other, and again what could not be sent', async () => {
    const { words, told, fact, publishEphemeral } = setUp();
    const slow = Promise.withResolvers<void>();
    const first = words.fact('bot', 'a', () => slow.promise);
    const second = publishEphemeral('b', 'a');
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
