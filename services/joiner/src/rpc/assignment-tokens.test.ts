import { expect, it } from 'vitest';
import type { BotId } from '@earshot/kernel';
import type { Seat } from '../domain/bot.ts';
import { AssignmentTokens } from './assignment-tokens.ts';

const seat = (epoch: number): Seat => ({ botId: 'bot' as BotId, epoch });

it('knows the last token of each assignment', () => {
  const tokens = new AssignmentTokens();
  tokens.keep(seat(1), 'first');
  tokens.keep(seat(2), 'second');
  tokens.keep(seat(1), 'again');
  expect([tokens.of(seat(1)), tokens.of(seat(2)), tokens.of(seat(3))]).toEqual(['again', 'second', '']);
});

it('forgets the oldest when there are too many', () => {
  const tokens = new AssignmentTokens();
  for (let epoch = 0; epoch <= 10_000; epoch += 1) tokens.keep(seat(epoch), 'token');
  expect([tokens.of(seat(0)), tokens.of(seat(1))]).toEqual(['', 'token']);
});
