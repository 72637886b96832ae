import { describe, expect, it } from 'vitest';
import { botNames, lookAround, nobodyYet, type Occupancy, type Other } from './occupancy.ts';

const isBot = botNames(['Notetaker', 'otter']);
const others = (names: readonly string[]) => names.map((name): Other => (isBot(name) ? 'bot' : 'person'));
const look = (names: readonly string[], now: number, before: Occupancy = nobodyYet) =>
  lookAround(before, others(names), { now, lastVoiceAt: undefined });

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

  it('takes a voice for somebody, whoever is listed, and counts from when it fell silent', () => {
    const hear = (now: number, lastVoiceAt: number | undefined, before: Occupancy = nobodyYet) =>
      lookAround(before, ['bot'], { now, lastVoiceAt });
    const heard = hear(10, 9, hear(1, undefined));
    expect(heard).toEqual({ hasSeenOthers: true, aloneSince: 9, onlyBotsSince: 9 });
    expect(hear(20, 9, heard)).toEqual(heard);
  });

  it('counts one sound of nobody’s by its voice alone, since it may be a mixer, and two as people', () => {
    const hear = (sounds: readonly Other[], lastVoiceAt?: number) =>
      lookAround(nobodyYet, sounds, { now: 5, lastVoiceAt });
    expect(hear(['sound'])).toEqual({ hasSeenOthers: false, aloneSince: 5, onlyBotsSince: undefined });
    expect(hear(['sound'], 4)).toEqual({ hasSeenOthers: true, aloneSince: 5, onlyBotsSince: undefined });
    expect(hear(['sound', 'sound'])).toMatchObject({ hasSeenOthers: true, aloneSince: undefined });
    expect(hear(['sound', 'person'])).toMatchObject({ hasSeenOthers: true, aloneSince: undefined });
  });
});
