import { expect, it } from 'vitest';
import { scenesOf } from './scenes.ts';
import type { PictureTrack, Visit } from './visit.ts';

const person = (id: string, fromMs = 0, toMs = 60_000) => ({ id, name: id.toUpperCase(), fromMs, toMs });
const camera = (personId: string, ...shown: [number, number][]): PictureTrack => ({
  ...{ id: `cam-${personId}`, source: 'webcam', personId },
  shown: (shown.length > 0 ? shown : [[0, 60_000]]).map(([fromMs = 0, toMs = 0]) => ({ fromMs, toMs })),
});
const screen = (id: string, fromMs: number, toMs: number): PictureTrack => ({
  ...{ id, source: 'screen-share', personId: 'a', shown: [{ fromMs, toMs }] },
});
const visit = (rest: Partial<Visit>): Visit => ({
  ...{ durationMs: 60_000, people: [person('a'), person('b')], tracks: [], speech: [], paused: [] },
  ...rest,
});
const told = (rest: Partial<Visit>, layout: 'grid' | 'speaker' = 'grid') =>
  scenesOf(visit(rest), layout).map(({ fromMs, toMs, tiles }) => [
    fromMs,
    toMs,
    tiles.map(({ trackId, name }) => trackId ?? `dark ${name}`).join(' '),
  ]);

it('shows everybody, with a camera or dark', () => {
  expect(told({ tracks: [camera('b')] })).toEqual([[0, 60_000, 'dark A cam-b']]);
});

it('shows a camera while it is on, and people while they are there', () => {
  const people = [person('a'), person('b', 10_000, 50_000)];
  expect(told({ people, tracks: [camera('a', [0, 20_000], [30_000, 60_000])] })).toEqual([
    [0, 10_000, 'cam-a'],
    [10_000, 20_000, 'cam-a dark B'],
    [20_000, 30_000, 'dark A dark B'],
    [30_000, 50_000, 'cam-a dark B'],
    [50_000, 60_000, 'cam-a'],
  ]);
});

it('shows whoever has a camera on, also where the roster does not know of it', () => {
  expect(told({ people: [person('a'), person('b', 20_000)], tracks: [camera('b', [10_000, 60_000])] })).toEqual([
    [0, 10_000, 'dark A'],
    [10_000, 60_000, 'dark A cam-b'],
  ]);
});

it('puts the screen that was shared last on top', () => {
  const tracks = [camera('b'), screen('one', 10_000, 40_000), screen('two', 20_000, 30_000)];
  expect(told({ tracks })).toEqual([
    [0, 10_000, 'dark A cam-b'],
    [10_000, 20_000, 'one dark A cam-b'],
    [20_000, 30_000, 'two dark A cam-b'],
    [30_000, 40_000, 'one dark A cam-b'],
    [40_000, 60_000, 'dark A cam-b'],
  ]);
});

it('is black while the recording is paused', () => {
  expect(told({ paused: [{ fromMs: 1000, toMs: 2010 }] }).map(([from, to, text]) => [from, to, text])).toEqual([
    [0, 1000, 'dark A dark B'],
    [1000, 2000, ''],
    [2000, 60_000, 'dark A dark B'],
  ]);
});

it('shows nine at most: those with cameras, then who spoke last', () => {
  const people = 'abcdefghijkl'.split('').map((id) => person(id));
  const speech = [{ personId: 'l', fromMs: 5000, toMs: 8000 }];
  const [before, after] = told({ people, tracks: [camera('k')], speech });
  expect(before?.[2]).toBe('dark A dark B dark C dark D dark E dark F dark G dark H cam-k');
  expect(after?.[2]).toBe('dark A dark B dark C dark D dark E dark F dark G cam-k dark L');
});

it('shows whoever speaks, large, and whoever has a camera before anybody does', () => {
  const speech = [{ personId: 'a', fromMs: 10_000, toMs: 15_000 }];
  expect(told({ tracks: [camera('b')], speech }, 'speaker')).toEqual([
    [0, 10_000, 'cam-b'],
    [10_000, 60_000, 'dark A'],
  ]);
});

it('shows the speaker beside the screen', () => {
  const tracks = [camera('a'), camera('b'), screen('one', 20_000, 40_000)];
  const speech = [{ personId: 'b', fromMs: 0, toMs: 60_000 }];
  expect(told({ tracks, speech }, 'speaker')).toEqual([
    [0, 20_000, 'cam-b'],
    [20_000, 40_000, 'one cam-b'],
    [40_000, 60_000, 'cam-b'],
  ]);
});

it('shows the view of the meeting alone where there is one, and a track that is nobody without a name', () => {
  const tab: PictureTrack = { id: 'tab', source: 'tab', personId: '', shown: [{ fromMs: 0, toMs: 30_000 }] };
  expect(told({ people: [], tracks: [tab, { ...camera('x'), personId: '' }] })).toEqual([
    [0, 30_000, 'tab'],
    [30_000, 60_000, 'cam-x'],
  ]);
});

it('shows nobody where nobody is known, for as long as there is sound', () => {
  expect(told({ people: [], durationMs: 1001 })).toEqual([[0, 1040, '']]);
});
