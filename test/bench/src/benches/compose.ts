import type { Bench } from '../bench.ts';
import { measureCompose } from '../compose-cost.ts';

export const compose: Bench = {
  measures: 'composing three minutes of three cameras and a screen share at 720p, in each layout',
  run: async () => ({
    grid: await measureCompose({ layout: 'grid' }),
    speaker: await measureCompose({ layout: 'speaker' }),
  }),
};
