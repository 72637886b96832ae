import { describe, expect, it } from 'vitest';
import { SECOND } from '@earshot/kernel';
import { OwnBots, type BotSigns } from './own-bots.ts';
import type { RosterEntry } from './roster.ts';

const entry = (id: string, name: string, trackIds: string[] = []): RosterEntry => ({
  id,
  name,
  isSelf: false,
  trackIds,
});
const bot = (name: string, rosterId = '', certificates: string[] = []) => ({ name, rosterId, certificates });
const signs: BotSigns = { now: 0, sharesIds: true, isFrom: () => false, hasSpoken: () => false };

function among(bots: ReturnType<typeof bot>[], entries: RosterEntry[], rest: Partial<BotSigns> = {}): string[] {
  const own = new OwnBots();
  own.take(bots, 0);
  return [...own.among(entries, { ...signs, ...rest })];
}

describe('OwnBots', () => {
  it('knows them by the ids of the platform, and nobody by a name that is a bot’s', () => {
    const entries = [entry('p2', 'Earshot'), entry('p3', 'Earshot'), entry('p4', 'Ann')];
    expect(among([bot('Earshot', 'p2')], entries)).toEqual(['p2']);
    expect(among([], entries)).toEqual([]);
    // Its id is not there: whoever is called so is somebody else.
    expect(among([bot('Earshot', 'p9')], entries)).toEqual([]);
  });

  it('knows them by their connections, whatever they are called', () => {
    const isFrom = (track: string, certificates: ReadonlySet<string>) => track === 'of-b' && certificates.has('bb');
    const entries = [entry('stream:1', 'Earshot', ['of-a']), entry('stream:2', '', ['of-b'])];
    expect(among([bot('Earshot', '', ['bb'])], entries, { isFrom })).toEqual(['stream:2', 'stream:1']);
    expect(among([bot('', '', ['bb'])], entries, { isFrom })).toEqual(['stream:2']);
  });

  it('counts those that have a name alone: one more of that name is a person, and so is whoever has spoken', () => {
    const two = [entry('Earshot', 'Earshot'), entry('Earshot (2)', 'Earshot')];
    expect(among([bot('Earshot'), bot('Earshot')], two)).toHaveLength(2);
    expect(among([bot('Earshot')], two)).toHaveLength(1);
    const hasSpoken = ({ id }: RosterEntry) => id === 'Earshot';
    expect(among([bot('Earshot')], two, { hasSpoken })).toEqual(['Earshot (2)']);
    expect(among([bot('Earshot'), bot('Earshot')], two, { hasSpoken, sharesIds: false })).toEqual(['Earshot (2)']);
  });

  it('knows one that speaks, where the page lists everybody: it is there under its name, while it is in the meeting', () => {
    const own = new OwnBots();
    own.take([bot('Agent')], 0);
    const entries = [entry('name:Agent', 'Agent'), entry('name:Ann', 'Ann')];
    const all = { ...signs, hasSpoken: () => true };
    expect([...own.among(entries, all)]).toEqual(['name:Agent']);
    // A person of its name who has spoken stays one, once it has left.
    own.take([], SECOND);
    expect([...own.among(entries, { ...all, now: 2 * SECOND })]).toEqual([]);
  });

  it('knows nobody by a name that it was not told', () => {
    expect(among([bot('')], [entry('p2', ''), entry('p3', 'Earshot')])).toEqual([]);
  });

  it('falls back on names where ids are a page’s own, each seen from elsewhere another one', () => {
    const entries = [entry('remote-1', 'Earshot')];
    expect(among([bot('Earshot', 'local')], entries, { sharesIds: false })).toEqual(['remote-1']);
    expect(among([bot('Earshot', 'local')], entries, { sharesIds: true })).toEqual([]);
  });

  it('knows one that has left for as long as its tile may stand there', () => {
    const own = new OwnBots();
    own.take([bot('Earshot')], 0);
    own.take([], SECOND);
    const entries = [entry('name:Earshot', 'Earshot')];
    expect(own.among(entries, { ...signs, now: 5 * SECOND }).size).toBe(1);
    expect(own.among(entries, { ...signs, now: 12 * SECOND }).size).toBe(0);
  });
});
