import { describe, expect, it } from 'vitest';
import { OwnChat } from './own-chat.ts';

describe('OwnChat', () => {
  it.each([
    ['as it was written', 'I am recording'],
    ['with its lines joined', 'see\nhttps://notes.example/1', 'seehttps://notes.example/1'],
    ['with a sign drawn for a smiley', 'thank you :)', 'thank you 🙂'],
    ['of nothing but signs', '👍 👍', '👍👍'],
  ])('knows a text %s', (_, written, shown = written) => {
    const own = new OwnChat();
    own.add(written);
    expect(own.has(shown)).toBe(true);
    expect(own.has(`not ${shown}`)).toBe(false);
  });

  it('forgets the oldest of many', () => {
    const own = new OwnChat();
    for (let n = 0; n <= 200; n += 1) own.add(`number ${n}`);
    expect([own.has('number 0'), own.has('number 1'), own.has('number 200')]).toEqual([false, true, true]);
  });
});
