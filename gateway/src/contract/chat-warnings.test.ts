import { expect, it } from 'vitest';
import { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { chatWarnings } from './chat-warnings.ts';

it.each([
  ['nothing', {}, []],
  ['its greeting', { chatMessageUnsent: true }, [/^bot_message: could not be written/]],
  ['two messages', { unsentMessages: 2 }, [/^send_message: 2 of the messages/]],
  ['both', { chatMessageUnsent: true, unsentMessages: 1 }, [/^bot_message/, /^send_message: 1/]],
])('says what a bot could not write: %s', (_, bot, expected) => {
  expect(chatWarnings(Bot.fromPartial(bot))).toEqual(
    expected.map((pattern) => expect.stringMatching(pattern) as string),
  );
});
