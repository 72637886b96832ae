import { expect, it } from 'vitest';
import { tellingDetail } from './recording-detail.ts';

it('tells of a recording that is cut where the words are from it, and of any where there are none', () => {
  expect(tellingDetail('storage_full', { words: 9, wasRead: true })).toBe('storage_full');
  expect(tellingDetail('storage_full', { words: 9, wasRead: false })).toBe('');
  expect(tellingDetail('no_audio_received', { words: 0, wasRead: false })).toBe('no_audio_received');
  expect(tellingDetail('no_audio_received', { words: 9, wasRead: true })).toBe('');
});
