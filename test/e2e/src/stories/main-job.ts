import { judge, narrate, playStory, STORY_MS } from '@earshot/demo';
import { setStage } from '@earshot/harness';
import type { Face } from '@earshot/lab';
import type { E2eStory } from '../story.ts';

/** The whole story on one face of the lab. */
export function mainJobOn(face: Face): E2eStory {
  return {
    tells: `a bot visits a meeting on the ${face} page: heard, transcribed, called back, deleted`,
    async play(screen) {
      await using stage = await setStage({ face });
      narrate(stage.customer, screen);
      const seen = await playStory(stage, { screen, signal: AbortSignal.timeout(STORY_MS) });
      return judge(seen, stage.customer).checks;
    },
  };
}
