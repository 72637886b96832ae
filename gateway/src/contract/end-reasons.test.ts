import { Bot, EndReason, type BotState } from '@earshot/contract/scheduler/v1/bots.ts';
import { describe, expect, it } from 'vitest';
import { endings, toEndFields } from './end-reasons.ts';

const reasons = Object.values(EndReason);
const ended = (endReason: EndReason, state: BotState = 'BOT_STATE_FAILED') => Bot.fromPartial({ state, endReason });

describe('why a visit ended', () => {
  it.each(reasons)('is told for %s: a word, a message and a sentence of what to do', (endReason) => {
    const { message, reason, advice } = toEndFields(ended(endReason));
    expect(message).toMatch(/^(Bot|Failed: )/);
    expect(reason).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(advice).toMatch(/^[A-Z].{20,}\.$/);
  });

  it('has one word for each reason, spelled as the contract does', () => {
    const words = Object.entries(endings).filter(([name]) => name !== 'END_REASON_UNSPECIFIED');
    for (const [name, { reason }] of words)
      expect(`END_REASON_${reason.toUpperCase().replaceAll('-', '_')}`).toBe(name);
    expect(new Set(Object.values(endings).map(({ reason }) => reason)).size).toBe(reasons.length);
  });

  it('is told from the way out on, and of an erased bot', () => {
    for (const state of ['BOT_STATE_LEAVING', 'BOT_STATE_PROCESSING', 'BOT_STATE_DONE', 'BOT_STATE_FAILED'] as const)
      expect(toEndFields(ended('END_REASON_REMOVED', state)).reason).toBe('removed');
    const erased = { ...ended('END_REASON_DENIED'), erasedAt: new Date() };
    expect(toEndFields(erased)).toMatchObject({
      reason: 'denied',
      message: 'Failed: The host denied the request to join',
    });
  });

  it('has what more is known of it, where anything is', () => {
    expect(toEndFields({ ...ended('END_REASON_BLOCKED'), detail: 'the page says so' }).detail).toBe('the page says so');
    expect(toEndFields(ended('END_REASON_BLOCKED')).detail).toBeNull();
  });

  it('is null before, also where a bot that is sent again has ended once', () => {
    const none = { message: null, reason: null, advice: null, detail: null };
    expect(toEndFields(ended('END_REASON_UNSPECIFIED', 'BOT_STATE_RECORDING'))).toEqual(none);
    const lost = { ...ended('END_REASON_WORKER_LOST', 'BOT_STATE_QUEUED'), detail: 'lost' };
    expect(toEndFields(lost)).toEqual(none);
  });
});
