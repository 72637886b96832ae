import { describe, expect, it } from 'vitest';
import type { BotId, JoinerId } from '@earshot/kernel';
import { applyEvent, resume } from './apply-event.ts';
import type { Bot } from './bot.ts';

const queued = {
  botId: 'bot' as BotId,
  state: 'queued',
  epoch: 0,
  joinerId: undefined,
  enteredAt: undefined,
  timeline: [{ state: 'queued', at: 0 }],
} as Partial<Bot> as Bot;
const claimed = applyEvent({ ...queued, epoch: 1, joinerId: 'joiner' as JoinerId }, { event: 'claim', at: 1 });
const recording = (['knock', 'enter', 'record'] as const).reduce(
  (bot, event, index) => applyEvent(bot, { event, at: index + 2 }),
  claimed,
);

describe('applyEvent', () => {
  it('notes when the bot got in and who had it last', () => {
    const lost = applyEvent(recording, { event: 'requeue', at: 9 });
    expect(lost).toMatchObject({ state: 'queued', enteredAt: 3, joinerId: 'joiner' });
    expect(applyEvent(recording, { event: 'end', at: 9 })).toMatchObject({ endedAt: 9, joinerId: undefined });
  });

  it('keeps what is known of an end, and nothing of an earlier try', () => {
    const lost = applyEvent(recording, { event: 'requeue', at: 9, detail: 'lost' });
    expect(lost.detail).toBe('lost');
    expect(applyEvent(lost, { event: 'end', at: 10, reason: 'stop-ordered' }).detail).toBe('');
    const ended = applyEvent(recording, { event: 'end', at: 10, detail: 'removed' });
    expect(applyEvent(ended, { event: 'finish', at: 11 }).detail).toBe('removed');
  });
});

describe('resume', () => {
  it.each([
    ['recording', recording],
    ['joining', claimed],
  ])('puts a bot that was lost while %s back there', (state, bot) => {
    const resumed = resume(applyEvent(bot, { event: 'requeue', at: 9 }), 10);
    expect(resumed).toMatchObject({ state, joinerId: 'joiner', epoch: 1, enteredAt: bot.enteredAt });
    expect(resumed.timeline.at(-1)).toEqual({ state, at: 10 });
  });
});
