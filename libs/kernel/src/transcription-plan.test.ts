import { expect, it } from 'vitest';
import { readPlan } from './transcription-plan.ts';

const optionsJson = '{"language":"de"}';

it.each([
  ['deepgram', 'recorded'],
  ['assemblyai', 'recorded'],
  ['openai_compatible', 'recorded'],
  ['deepgram_streaming', 'live'],
  ['assemblyai_streaming', 'live'],
  ['meeting_captions', 'captions'],
])('an order of %s from before plans named their way is %s', (engine, way) => {
  expect(readPlan({ engine, optionsJson })).toEqual({ way, engine, optionsJson });
});

it('the way that a plan names counts, whatever its engine is called', () => {
  expect(readPlan({ engine: 'deepgram_streaming', optionsJson, way: 'recorded' }).way).toBe('recorded');
});
