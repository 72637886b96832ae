import { expect, it } from 'vitest';
import { SECOND } from '@earshot/kernel';
import { createWebRoster } from './roster.ts';

const person = (id: string, name: string, rest: { isMarkedSelf?: boolean; trackIds?: string[] } = {}) => ({
  ...{ id, name, isMarkedSelf: false, trackIds: [] },
  ...rest,
});

function look() {
  let now = 0;
  const roster = createWebRoster({ media: { isRemote: (track) => track.startsWith('remote') }, now: () => now });
  return {
    at: (seconds: number) => void (now = seconds * SECOND),
    selves: (...seen: ReturnType<typeof person>[]) =>
      roster(seen, 'Earshot').flatMap(({ id, isSelf }) => (isSelf ? [id] : [])),
    roster: (...seen: ReturnType<typeof person>[]) => roster(seen, 'Earshot'),
  };
}

it('takes the tile that is marked for its own, and nobody of its name', () => {
  const { selves } = look();
  expect(selves(person('p1', 'Earshot (you)', { isMarkedSelf: true }), person('p2', 'Earshot'))).toEqual(['p1']);
});

it('takes the silent tile of its name for its own where none is marked, and whoever is called so later for somebody', () => {
  const { at, selves } = look();
  expect(selves(person('p1', 'Earshot'), person('p2', 'Earshot', { trackIds: ['remote-2'] }))).toEqual(['p1']);
  at(60);
  expect(selves(person('p3', 'Earshot'), person('p1', 'Earshot'))).toEqual(['p1']);
});

it('takes nobody for itself who comes later to a page that does not show it', () => {
  const { at, selves } = look();
  expect(selves(person('p1', 'Ann'))).toEqual([]);
  at(6);
  expect(selves(person('p1', 'Ann'), person('p2', 'Earshot'))).toEqual([]);
});

it('lists a stream that nobody is named for as long as it comes from somebody else', () => {
  const { roster } = look();
  const seen = [person('stream:a', '', { trackIds: ['remote-1'] }), person('stream:b', '', { trackIds: ['own'] })];
  expect(roster(...seen)).toEqual([
    { id: 'stream:a', name: '', isSelf: false, trackIds: ['remote-1'], isAnonymous: true },
  ]);
});
