import type { BotId } from '@earshot/kernel';

/** The subjects of all facts about what is made of a bot's visit. */
export function subjectsOf(botId: BotId): string[] {
  return (['ready', 'failed', 'skipped'] as const).map((state) => subjectOf(botId, state));
}

export function subjectOf(botId: BotId, state: 'ready' | 'failed' | 'skipped'): string {
  return `compositions.${botId}.video-${state}`;
}
