import { AppError, type BotId } from '@earshot/kernel';
import { expect, it } from 'vitest';
import { Watcher, Watchers, type LiveItem } from './watchers.ts';

const frame = (number: number, isKey = false, over: { trackId?: string; bytes?: number } = {}): LiveItem => {
  const payload = new Uint8Array(over.bytes ?? 100);
  const placed = { atUs: number, payload, isKey, width: 0, height: 0, isAfterGap: false };
  return { kind: 'frame', trackId: over.trackId ?? 'v1', codec: 'vp8', frame: placed };
};
const slice = (at: number): LiveItem => {
  return { kind: 'audio', at, pcm: new Int16Array(960), participantId: '', name: '', isPaused: false };
};

async function taken(watcher: Watcher): Promise<LiveItem[]> {
  watcher.end();
  const items: LiveItem[] = [];
  for await (const item of watcher) items.push(item);
  return items;
}

const shown = (items: readonly LiveItem[]) =>
  items.flatMap((item) => (item.kind === 'frame' ? [[item.trackId, item.frame.atUs, item.frame.isAfterGap]] : []));

it('begins each track with a key frame', async () => {
  const watcher = new Watcher();
  for (const item of [frame(1), frame(2, true), frame(3), frame(4, false, { trackId: 'v2' })]) watcher.push(item);
  expect(shown(await taken(watcher))).toEqual([
    ['v1', 2, false],
    ['v1', 3, false],
  ]);
});

it('leaves out what one is too slow for, each track up to its next key frame, and no audio for that', async () => {
  const watcher = new Watcher();
  const mega = { bytes: 1024 * 1024 };
  for (let number = 0; number < 6; number++) watcher.push(frame(number, number === 0, mega));
  watcher.push(slice(0));
  const reading = watcher[Symbol.asyncIterator]();
  for (let number = 0; number < 3; number++) await reading.next();
  for (const item of [frame(6), frame(7, true), frame(8)]) watcher.push(item);
  watcher.end();
  const rest: LiveItem[] = [];
  for await (const item of reading) rest.push(item);
  expect(shown(rest)).toEqual([
    ['v1', 7, true],
    ['v1', 8, false],
  ]);
  expect(rest.map(({ kind }) => kind)).toEqual(['audio', 'frame', 'frame']);
});

it('keeps ten seconds of the mix for one that takes nothing', async () => {
  const watcher = new Watcher();
  for (let number = 0; number < 1000; number++) watcher.push(slice(number * 960));
  expect(await taken(watcher)).toHaveLength(500);
});

it('ends those of a visit and of no other, with the reason where it is not over', async () => {
  const watchers = new Watchers();
  const [one, other] = ['one' as BotId, 'other' as BotId];
  const [first, second, third] = [watchers.watch(one), watchers.watch(one), watchers.watch(other)];
  first[Symbol.dispose]();
  watchers.push(one, slice(0));
  watchers.end(one, new AppError('unavailable', 'closing'));
  watchers.push(one, slice(960));
  expect(await taken(first)).toEqual([]);
  await expect(taken(second)).rejects.toThrow('closing');
  expect(await taken(third)).toEqual([]);
});
