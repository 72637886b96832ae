import { describe, expect, it } from 'vitest';
import { botStates, nextState, type BotState } from '@earshot/kernel';
import { botTransitions, type BotEvent } from './bot-state.ts';

const events = Object.keys(botTransitions) as BotEvent[];
const cells = botStates.flatMap((state) => events.map((event) => [state, event] as const));

describe('botTransitions', () => {
  it.each(cells)('%s on %s', (state, event) => {
    const { from, to } = botTransitions[event];
    if ((from as readonly BotState[]).includes(state)) expect(nextState(botTransitions, state, event)).toBe(to);
    else expect(() => nextState(botTransitions, state, event)).toThrow('illegal transition');
  });

  it('lets nothing leave done or failed', () => {
    const left = events.filter((event) =>
      ['done', 'failed'].some((end) => (botTransitions[event].from as readonly string[]).includes(end)),
    );
    expect(left).toEqual([]);
  });
});
