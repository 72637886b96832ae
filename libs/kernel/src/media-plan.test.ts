import { expect, it } from 'vitest';
import { audioOnly, takesVideo } from './media-plan.ts';

it.each([
  [{}, false],
  [{ separateAudio: true }, false],
  [{ layout: 'grid' as const }, true],
  [{ separateVideo: true }, true],
  [{ liveVideo: true }, true],
])('a plan with %o takes video: %s', (wanted, expected) => {
  expect(takesVideo({ ...audioOnly, ...wanted })).toBe(expected);
});
