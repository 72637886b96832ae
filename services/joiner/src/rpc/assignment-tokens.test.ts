import { expect, it } from 'vitest';
import type { BotId, AssignmentRef } from '@earshot/kernel';
import { AssignmentTokens } from './assignment-tokens.ts';

const ref = (epoch: number): AssignmentRef => ({ botId: 'bot' as BotId, epoch });

it('knows the last token of each assignment', () => {
  const tokens = new AssignmentTokens();
  tokens.keep(ref(1), 'first');
  tokens.keep(ref(2), 'second');
  tokens.keep(ref(1), 'again');
  expect([tokens.of(ref(1)), tokens.of(ref(2)), tokens.of(ref(3))]).toEqual(['again', 'second', '']);
});

it('forgets the oldest when there are too many', () => {
  const tokens = new AssignmentTokens();
  for (let epoch = 0; epoch <= 10_000; epoch += 1) tokens.keep(ref(epoch), 'token');
  expect([tokens.of(ref(0)), tokens.of(ref(1))]).toEqual(['', 'token']);
});
