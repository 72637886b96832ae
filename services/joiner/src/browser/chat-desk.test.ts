import { silentLog } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import type { Message } from '../domain/bot.ts';
import { ChatDesk } from './chat-desk.ts';
import type { VisitNews } from './ipc.ts';

function deskWith(sendChat: (text: string) => Promise<boolean>, greeting = '') {
  const messages: Message[] = [];
  const told: VisitNews[] = [];
  const desk = new ChatDesk({
    page: { sendChat },
    greeting,
    messages,
    tell: (news) => told.push(news),
    log: silentLog,
  });
  return { desk, messages, told };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('ChatDesk', () => {
  it('greets once, then says everything in order and tells of it', async () => {
    const sent: string[] = [];
    const { desk, messages, told } = deskWith(async (text) => sent.push(text) > 0, 'Hello');
    desk.look();
    messages.push({ messageId: 'a', text: 'one' }, { messageId: 'b', text: 'two' });
    await settled();
    desk.look();
    await settled();
    expect(sent).toEqual(['Hello', 'one', 'two']);
    expect(told).toEqual([
      { case: 'said', messageId: '', isSent: true },
      { case: 'said', messageId: 'a', isSent: true },
      { case: 'said', messageId: 'b', isSent: true },
    ]);
  });

  it('writes one thing at a time', async () => {
    const sent: string[] = [];
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const { desk, messages } = deskWith((text) => (sent.push(text), promise));
    messages.push({ messageId: 'a', text: 'one' }, { messageId: 'b', text: 'two' });
    desk.look();
    desk.look();
    expect(sent).toEqual(['one']);
    resolve(true);
    await settled();
    expect(sent).toEqual(['one', 'two']);
  });

  it('tries a message three times, then tells that it was not sent, and goes on', async () => {
    const tries: string[] = [];
    const { desk, messages, told } = deskWith(async (text) => {
      tries.push(text);
      if (text === 'one') throw new Error('no chat');
      return text !== 'two';
    });
    messages.push(...['one', 'two', 'three'].map((text) => ({ messageId: text, text })));
    for (let looks = 0; looks < 5; looks += 1) {
      desk.look();
      await settled();
    }
    expect(tries).toEqual(['one', 'one', 'one', 'two', 'two', 'two', 'three']);
    expect(told.map((news) => news.case === 'said' && news.isSent)).toEqual([false, false, true]);
  });
});
