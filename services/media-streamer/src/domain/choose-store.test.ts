import { expect, it } from 'vitest';
import { chooseStore, type StoreSigns } from './choose-store.ts';

const nothing: StoreSigns = { knownId: undefined, markerId: undefined, hasBlobs: false, hasRecordings: false };

it('adopts the first folder of a database, new or from before there were markers', () => {
  expect(chooseStore(nothing)).toBe('adopt');
  expect(chooseStore({ ...nothing, hasBlobs: true, hasRecordings: true })).toBe('adopt');
});

it('adopts a marked folder for a database that was lost', () => {
  expect(chooseStore({ ...nothing, markerId: 'a', hasBlobs: true })).toBe('adopt');
});

it('goes on with the folder that the database knows', () => {
  expect(chooseStore({ ...nothing, knownId: 'a', markerId: 'a' })).toBe('ours');
});

it('takes no other folder, and none that does not say whose it is', () => {
  expect(chooseStore({ ...nothing, knownId: 'a', markerId: 'b' })).toBe('foreign');
  expect(chooseStore({ ...nothing, knownId: 'a' })).toBe('foreign');
  expect(chooseStore({ ...nothing, knownId: 'a', hasBlobs: true, hasRecordings: true })).toBe('foreign');
});

it('takes no empty folder for recordings that must lie elsewhere', () => {
  expect(chooseStore({ ...nothing, hasRecordings: true })).toBe('foreign');
});
