import { judge, narrate, playStory, STORY_MS } from '@earshot/demo';
import { openFixture } from '@earshot/harness';
import { SECOND } from '@earshot/kernel';
import type { E2eStory } from '../story.ts';

/** Everything but the joiner, whose bots come back as others: the story `rejoin`. */
export const victims = [
  'scheduler',
  'notifier',
  'gateway',
  'media-streamer',
  'transcriber',
  'retention',
  'nats',
  'postgres',
] as const;
type Victim = (typeof victims)[number];

/** Longer than the ten seconds of a lease. */
const PAUSE_MS = 13 * SECOND;

/**
 * The main job while processes are killed with SIGKILL: `plan` names who dies as each sentence begins. `pausedAt`: the sentence
 * with which the scheduler is stopped for longer than a lease; its bot stays and greets once.
 */
export function killing(
  plan: Readonly<Record<number, Victim>>,
  { pausedAt }: { readonly pausedAt?: number } = {},
): E2eStory {
  const names = Object.values(plan).join(', ');
  return {
    name: `the main job completes although these are killed with -9 in the meeting: ${names}`,
    isSlow: true,
    async play(screen) {
      await using fixture = await openFixture({ face: 'web' });
      const onSentence = (index: number) => {
        if (index === pausedAt) {
          screen.line('the scheduler is stopped', 'red');
          const scheduler = fixture.stack.processes.get('scheduler');
          scheduler?.kill('SIGSTOP');
          setTimeout(() => scheduler?.kill('SIGCONT'), PAUSE_MS);
        }
        const victim = plan[index];
        if (!victim) return;
        screen.line(`kill -9 ${victim}`, 'red');
        fixture.stack.processes.get(victim)?.kill('SIGKILL');
      };
      narrate(fixture.customer, screen);
      // Processes that start again want the processor: people who have no pictures to make still speak in time.
      const options = { signal: AbortSignal.timeout(STORY_MS), hasCameras: false };
      const seen = await playStory(fixture, { ...options, screen, onSentence });
      return judge(seen, fixture.customer).checks.filter((check) => !check.isLive);
    },
  };
}
