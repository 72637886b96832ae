import { expect, it } from 'vitest';
import { audioOnly } from '@earshot/kernel';
import { needsAudio, orderedOf } from './ordered.ts';

it('makes nothing of a visit whose order asks for audio alone', () => {
  expect(orderedOf(audioOnly)).toEqual([]);
});

it('makes what the order asks for, and for live video nothing', () => {
  const all = { ...audioOnly, layout: 'grid', separateAudio: true, separateVideo: true, liveVideo: true } as const;
  expect(orderedOf(all).map(({ kind, layout }) => [kind, layout])).toEqual([
    ['video', 'grid'],
    ['separate-video', undefined],
    ['separate-audio', undefined],
  ]);
  expect(orderedOf({ ...audioOnly, liveVideo: true })).toEqual([]);
});

it('makes separate videos without audio, and nothing else', () => {
  const all = { ...audioOnly, layout: 'grid', separateAudio: true, separateVideo: true, liveVideo: false } as const;
  expect(orderedOf(all).filter((each) => !needsAudio(each))).toEqual([{ kind: 'separate-video', layout: undefined }]);
});
