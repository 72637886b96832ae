import { expect, it } from 'vitest';
import { sentencesOf } from './synthesise.ts';

it('cuts a text where a sentence ends', () => {
  expect(sentencesOf('Good morning. Who is there?! I am, and so is')).toEqual([
    'Good morning.',
    'Who is there?!',
    'I am, and so is',
  ]);
});

it('finds nothing to say in what has no words', () => {
  expect(sentencesOf(' \n')).toEqual([]);
});
