import { judge, narrate, playStory, STORY_MS } from '@earshot/demo';
import { openFixture } from '@earshot/harness';
import type { Face } from '@earshot/lab';
import type { E2eStory } from '../story.ts';

/** The whole story on one face of the lab. */
export function mainJobOn(face: Face): E2eStory {
  return {
    name: `a bot visits a meeting on the ${face} page: heard, transcribed, called back, deleted`,
    async play(screen) {
      await using fixture = await openFixture({ face });
      narrate(fixture.customer, screen);
      const seen = await playStory(fixture, { screen, signal: AbortSignal.timeout(STORY_MS) });
      return judge(seen, fixture.customer).checks;
    },
  };
}
