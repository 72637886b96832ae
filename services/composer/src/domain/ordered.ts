import type { MediaPlan } from '@earshot/kernel';
import type { CompositionKey } from './composition.ts';

type Ordered = Omit<CompositionKey, 'botId'>;

/** What a bot's order has made of its visit. */
export function orderedOf({ layout, separateAudio, separateVideo }: MediaPlan): Ordered[] {
  const separate = (kind: 'separate-video' | 'separate-audio'): Ordered => ({ kind, layout: undefined });
  return [
    ...(layout === undefined ? [] : [{ kind: 'video' as const, layout }]),
    ...(separateVideo ? [separate('separate-video')] : []),
    ...(separateAudio ? [separate('separate-audio')] : []),
  ];
}

/** Whether something can be made although no audio was recorded. */
export function needsAudio({ kind }: Ordered): boolean {
  return kind !== 'separate-video';
}
