import { expect, it } from 'vitest';
import { Roster, type Change } from './roster.ts';

const empty = () => new Roster({ participants: [], owners: new Map() });
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
  expect(participant).toMatchObject({ joinedMs: 1000, stayMs: 7000, leftMs: undefined });
  expect(kinds(roster, 7000)).toEqual(['participant-joined Ann 7000']);
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
    { trackId: 'a', participantId: undefined, name: '' },
  ]);
  expect(roster.ownerOf('a')).toBeUndefined();
  expect(roster.owners()).toEqual([{ trackId: 'b', participantId: 'p2', name: 'Bo' }]);
});
