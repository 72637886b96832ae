import { describe, expect, it } from 'vitest';
import { Roster, type Change, type Participant } from './roster.ts';

const empty = () => new Roster({ participants: [], owners: new Map(), idPrefix: '' });
const change = (over: Partial<Change>): Change => ({
  action: 'joined',
  participantId: 'p1',
  name: 'Ann',
  atMs: 1000,
  trackIds: [],
  alreadyPresent: false,
  ...over,
});
const kinds = (roster: Roster, clockMs: number) =>
  roster.say(clockMs).facts.map((fact) => `${fact.kind} ${fact.name} ${fact.atMs}`);

it('says a named joining at once, and once', () => {
  const roster = empty();
  roster.apply(change({}));
  expect(kinds(roster, 1000)).toEqual(['participant-joined Ann 1000']);
  roster.apply(change({}));
  expect(kinds(roster, 1025)).toEqual([]);
});

it('waits two seconds of the meeting for a name', () => {
  const roster = empty();
  roster.apply(change({ name: '' }));
  expect(kinds(roster, 2999)).toEqual([]);
  expect(kinds(roster, 3000)).toEqual(['participant-joined  1000']);
});

it('says a joining with the name that came in time', () => {
  const roster = empty();
  roster.apply(change({ name: '' }));
  roster.apply(change({ action: 'updated', atMs: 1500 }));
  expect(kinds(roster, 1500)).toEqual(['participant-joined Ann 1000']);
});

it('does not say that those joined who were there before, but says that they left', () => {
  const roster = empty();
  roster.apply(change({ alreadyPresent: true }));
  expect(kinds(roster, 9000)).toEqual([]);
  roster.apply(change({ action: 'left', atMs: 9500 }));
  expect(kinds(roster, 9500)).toEqual(['participant-left Ann 9500']);
});

it('says a stay shorter than the wait whole', () => {
  const roster = empty();
  roster.apply(change({ name: '' }));
  roster.apply(change({ action: 'left', name: '', atMs: 1200 }));
  expect(kinds(roster, 1200)).toEqual(['participant-joined  1000', 'participant-left  1200']);
});

it('takes a repetition of the whole story for what it is, and a return for a new stay', () => {
  const roster = empty();
  const story = [change({}), change({ action: 'left', atMs: 5000 })];
  for (const each of story) roster.apply(each);
  expect(kinds(roster, 5000)).toHaveLength(2);
  for (const each of story) roster.apply(each);
  expect(kinds(roster, 5000)).toEqual([]);
  const { participant } = roster.apply(change({ atMs: 7000 }));
  const earlierStays = [{ joinedMs: 1000, leftMs: 5000 }];
  expect(participant).toMatchObject({ joinedMs: 1000, stayMs: 7000, leftMs: undefined, earlierStays });
  expect(kinds(roster, 7000)).toEqual(['participant-joined Ann 7000']);
});

it('keeps a bounded number of stays, whatever a page says', () => {
  const roster = empty();
  for (let at = 0; at < 300; at++) {
    roster.apply(change({ atMs: at * 10 }));
    roster.apply(change({ action: 'left', atMs: at * 10 + 5 }));
  }
  const { participant } = roster.apply(change({ atMs: 9000 }));
  expect(participant.earlierStays).toHaveLength(100);
  expect(participant.earlierStays.at(-1)).toEqual({ joinedMs: 990, leftMs: 2995 });
  expect(participant.stayMs).toBe(9000);
});

it('answers the tracks that changed hands or names', () => {
  const roster = empty();
  const owned = { participantId: 'p1', name: 'Ann' };
  expect(roster.apply(change({ trackIds: ['a'] })).tracks).toEqual([{ trackId: 'a', ...owned }]);
  expect(roster.apply(change({ trackIds: ['a', 'b'] })).tracks).toEqual([{ trackId: 'b', ...owned }]);
  expect(roster.apply(change({ participantId: 'p2', name: 'Bo', trackIds: ['b'] })).tracks).toEqual([
    { trackId: 'b', participantId: 'p2', name: 'Bo' },
  ]);
  expect(roster.apply(change({ action: 'updated', name: 'Anna', trackIds: ['a'] })).tracks).toEqual([
    { trackId: 'a', participantId: 'p1', name: 'Anna' },
  ]);
  expect(roster.apply(change({ action: 'updated', trackIds: [] })).tracks).toEqual([
    { trackId: 'a', participantId: '', name: '' },
  ]);
  expect(roster.ownerOf('a')).toBeUndefined();
  expect(roster.owners()).toEqual([{ trackId: 'b', participantId: 'p2', name: 'Bo' }]);
});

it('keeps the names of the tracks that somebody had before they left and came back', () => {
  const roster = empty();
  roster.apply(change({ trackIds: ['a'] }));
  roster.apply(change({ action: 'left', atMs: 2000 }));
  expect(roster.apply(change({ atMs: 3000, trackIds: ['b'] })).tracks).toMatchObject([{ trackId: 'b', name: 'Ann' }]);
  expect(roster.apply(change({ action: 'updated', atMs: 4000, trackIds: ['c'] })).tracks).toMatchObject([
    { trackId: 'b', participantId: '' },
    { trackId: 'c', name: 'Ann' },
  ]);
  expect(roster.owners().map(({ trackId, name }) => `${trackId} ${name}`)).toEqual(['a Ann', 'c Ann']);
});

describe('in a later epoch', () => {
  const first = () => {
    const roster = empty();
    roster.apply(change({ trackIds: ['0'] }));
    roster.apply(change({ participantId: 'p2', name: 'Bo', trackIds: ['1'] }));
    return roster;
  };
  /** The bot is there again, in this process or, with all that is stored, in another one. */
  const again: readonly [string, (roster: Roster, changes: readonly Change[]) => Roster][] = [
    ['here', (roster) => (roster.beginEpoch('epoch-2/'), roster)],
    [
      'in another process',
      (roster, changes) => {
        const { participants } = changes.reduce(
          (stored, each) => ({ participants: [...stored.participants, roster.apply(each).participant] }),
          { participants: [] as Participant[] },
        );
        const owners = new Map(roster.owners().map(({ trackId, participantId = '' }) => [trackId, participantId]));
        return new Roster({ participants, owners, idPrefix: 'epoch-2/' });
      },
    ],
  ];
  const people = [change({ trackIds: ['0'] }), change({ participantId: 'p2', name: 'Bo', trackIds: ['1'] })];
  const named = (roster: Roster) =>
    Object.fromEntries(
      roster.owners().map(({ trackId, participantId, name }) => [trackId, `${participantId} ${name}`]),
    );

  describe.each(again)('%s', (_, rejoin) => {
    const second = () => rejoin(first(), people);

    it('keeps the names of the tracks of the earlier one, and one person where the id and the name are the same', () => {
      const roster = second();
      expect(roster.apply(change({ trackIds: ['epoch-2/0'], alreadyPresent: true })).tracks).toEqual([
        { trackId: 'epoch-2/0', participantId: 'p1', name: 'Ann' },
      ]);
      expect(named(roster)).toEqual({ '0': 'p1 Ann', '1': 'p2 Bo', 'epoch-2/0': 'p1 Ann' });
    });

    it('takes an id that has another name now for somebody else, whose own list of tracks stays complete each time', () => {
      const roster = second();
      const { participant } = roster.apply(change({ name: 'Cy', trackIds: ['epoch-2/0'], atMs: 9000 }));
      expect(participant).toMatchObject({ participantId: 'epoch-2/p1', name: 'Cy', joinedMs: 9000 });
      expect([roster.idOf('p1'), roster.idOf('p2')]).toEqual(['epoch-2/p1', 'p2']);
      roster.apply(change({ action: 'updated', name: 'Cyd', trackIds: ['epoch-2/1'], atMs: 9500 }));
      expect(named(roster)).toEqual({ '0': 'p1 Ann', '1': 'p2 Bo', 'epoch-2/1': 'epoch-2/p1 Cyd' });
    });

    it('waits for the name to say who somebody is', () => {
      const roster = second();
      roster.apply(change({ name: '', trackIds: ['epoch-2/0'] }));
      expect(named(roster)).toMatchObject({ 'epoch-2/0': 'p1 Ann' });
      roster.apply(change({ action: 'updated', name: 'Cy', trackIds: ['epoch-2/0'] }));
      expect(named(roster)).toEqual({ '0': 'p1 Ann', '1': 'p2 Bo', 'epoch-2/0': 'epoch-2/p1 Cy' });
    });

    it('renames somebody who is known in this epoch, in all that they said', () => {
      const roster = second();
      roster.apply(change({ trackIds: ['epoch-2/0'] }));
      const { tracks } = roster.apply(change({ action: 'updated', name: 'Anna', trackIds: ['epoch-2/0'] }));
      expect(tracks.map(({ trackId, name }) => `${trackId} ${name}`)).toEqual(['0 Anna', 'epoch-2/0 Anna']);
    });
  });

  it('still knows after a restart whom its ids mean', () => {
    const roster = first();
    roster.beginEpoch('epoch-2/');
    const { participant } = roster.apply(change({ name: 'Cy', trackIds: ['epoch-2/0'] }));
    const owners = new Map(roster.owners().map(({ trackId, participantId = '' }) => [trackId, participantId]));
    const restarted = new Roster({ participants: [participant], owners, idPrefix: 'epoch-2/' });
    expect(restarted.apply(change({ action: 'left', name: '', atMs: 9000 })).participant).toMatchObject({
      ...{ participantId: 'epoch-2/p1', name: 'Cy', leftMs: 9000 },
    });
  });
});
