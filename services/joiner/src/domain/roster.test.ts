import { describe, expect, it } from 'vitest';
import { Roster, type RosterEntry } from './roster.ts';

const entry = (id: string, rest: Partial<RosterEntry> = {}): RosterEntry => ({
  id,
  name: id,
  isSelf: false,
  trackIds: [],
  ...rest,
});

describe('Roster', () => {
  it('marks those who were there first, and never the bot', () => {
    const roster = new Roster();
    const first = roster.look([entry('bot', { isSelf: true }), entry('ann')], 10);
    expect(first).toEqual([
      { action: 'joined', participantId: 'ann', name: 'ann', trackIds: [], atMs: 10, alreadyPresent: true },
    ]);
    const [ben] = roster.look([entry('bot', { isSelf: true }), entry('ann'), entry('ben')], 1020);
    expect(ben).toMatchObject({ action: 'joined', participantId: 'ben', alreadyPresent: false });
    expect(roster.others).toHaveLength(2);
  });

  it('tells new names and tracks, and nothing when nothing changed', () => {
    const roster = new Roster();
    roster.look([entry('a', { name: '' })], 0);
    expect(roster.look([entry('a', { name: 'Ann', trackIds: ['t1'] })], 1)).toMatchObject([
      { action: 'updated', name: 'Ann', trackIds: ['t1'] },
    ]);
    expect(roster.look([entry('a', { name: '', trackIds: [] })], 2)).toEqual([]);
  });

  it('lets somebody be missing once', () => {
    const roster = new Roster();
    roster.look([entry('a')], 0);
    expect(roster.look([], 1)).toEqual([]);
    expect(roster.look([entry('a')], 2)).toEqual([]);
    expect(roster.look([], 3)).toEqual([]);
    expect(roster.look([], 4)).toMatchObject([{ action: 'left', participantId: 'a', atMs: 4 }]);
    expect(roster.others).toEqual([]);
  });

  it('moves tracks by evidence', () => {
    const roster = new Roster();
    roster.look([entry('a'), entry('b')], 0);
    const owned = (owner: string) => (id: string) => (id === owner ? ['t1'] : []);
    expect(roster.assign(owned('a'), 1)).toMatchObject([{ participantId: 'a', trackIds: ['t1'] }]);
    expect(roster.assign(owned('b'), 2)).toMatchObject([
      { participantId: 'a', trackIds: [] },
      { participantId: 'b', trackIds: ['t1'] },
    ]);
    expect(roster.assign(owned('b'), 3)).toEqual([]);
  });
});
