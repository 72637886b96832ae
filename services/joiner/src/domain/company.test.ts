import { describe, expect, it } from 'vitest';
import { botNames, lookAround, nobodyYet, type Company } from './company.ts';

const isBot = botNames(['Notetaker', 'otter']);
const look = (names: readonly string[], now: number, before: Company = nobodyYet) =>
  lookAround(before, names, { now, isBot });

describe('botNames', () => {
  it.each([
    ['Acme NOTETAKER (2)', true],
    ['Otter.ai', true],
    ['Ann', false],
    ['', false],
  ])('%s: %s', (name, expected) => {
    expect(isBot(name)).toBe(expected);
  });

  it('tells nobody for a bot without parts, or by an empty one', () => {
    expect(botNames([])('Otter')).toBe(false);
    expect(botNames([''])('Otter')).toBe(false);
  });
});

describe('lookAround', () => {
  it('counts people, and bots as nobody', () => {
    expect(look(['Otter'], 1)).toEqual({ hasSeenOthers: false, aloneSince: 1, onlyBotsSince: 1 });
    expect(look(['Otter', 'Ann'], 1)).toEqual({ hasSeenOthers: true, aloneSince: undefined, onlyBotsSince: undefined });
    expect(look([], 1)).toEqual({ hasSeenOthers: false, aloneSince: 1, onlyBotsSince: undefined });
  });

  it('remembers since when, until a person is back', () => {
    const left = look(['Otter'], 2, look(['Otter', 'Ann'], 1));
    expect(look(['Otter'], 3, left)).toEqual({ hasSeenOthers: true, aloneSince: 2, onlyBotsSince: 2 });
    const back = look(['Otter', 'Ann'], 4, left);
    expect(look(['Otter'], 5, back)).toEqual({ hasSeenOthers: true, aloneSince: 5, onlyBotsSince: 5 });
  });

  it('starts the time of bots anew when they were gone', () => {
    const alone = look([], 3, look(['Otter'], 2));
    expect(alone).toEqual({ hasSeenOthers: false, aloneSince: 2, onlyBotsSince: undefined });
    expect(look(['Otter'], 4, alone)).toMatchObject({ aloneSince: 2, onlyBotsSince: 4 });
  });
});
