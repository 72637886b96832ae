import { silentLog } from '@earshot/kernel';
import { describe, expect, it } from 'vitest';
import type { Message } from '../domain/bot.ts';
import { ChatSender } from './chat-sender.ts';
import type { WorkerEvent } from './ipc.ts';

function senderWith(sendChat: (text: string) => Promise<boolean>, greeting = '') {
  const messages: Message[] = [];
  const emitted: WorkerEvent[] = [];
  const chatSender = new ChatSender({
    page: { sendChat },
    greeting,
    messages,
    emit: (event) => emitted.push(event),
    log: silentLog,
  });
  return { chatSender, messages, emitted };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('ChatSender', () => {
  it('greets once, then sends everything in order and reports it', async () => {
    const sent: string[] = [];
    const { chatSender, messages, emitted } = senderWith(async (text) => sent.push(text) > 0, 'Hello');
    chatSender.look();
    messages.push({ messageId: 'a', text: 'one' }, { messageId: 'b', text: 'two' });
    await settled();
    chatSender.look();
    await settled();
    expect(sent).toEqual(['Hello', 'one', 'two']);
    expect(emitted).toEqual([
      { case: 'chat-sent', messageId: '', isSent: true },
      { case: 'chat-sent', messageId: 'a', isSent: true },
      { case: 'chat-sent', messageId: 'b', isSent: true },
    ]);
  });

  it('writes one thing at a time', async () => {
    const sent: string[] = [];
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const { chatSender, messages } = senderWith((text) => (sent.push(text), promise));
    messages.push({ messageId: 'a', text: 'one' }, { messageId: 'b', text: 'two' });
    chatSender.look();
    chatSender.look();
    expect(sent).toEqual(['one']);
    resolve(true);
    await settled();
    expect(sent).toEqual(['one', 'two']);
  });

  it('tries a message three times, then reports that it was not sent, and goes on', async () => {
    const tries: string[] = [];
    const { chatSender, messages, emitted } = senderWith(async (text) => {
      tries.push(text);
      if (text === 'one') throw new Error('no chat');
      return text !== 'two';
    });
    messages.push(...['one', 'two', 'three'].map((text) => ({ messageId: text, text })));
    for (let looks = 0; looks < 5; looks += 1) {
      chatSender.look();
      await settled();
    }
    expect(tries).toEqual(['one', 'one', 'one', 'two', 'two', 'two', 'three']);
    expect(emitted.map((event) => event.case === 'chat-sent' && event.isSent)).toEqual([false, false, true]);
  });
});
