import { CompositionKind, CompositionState, type Composition } from '@earshot/contract/composer/v1/composer.ts';
import { layoutWords } from '@earshot/rpc';
import { z } from 'zod';
import { layoutNameOf, layoutNames } from './video-layout.ts';

/** The body of POST /bots/{id}/compose. */
export const composeBody = z.strictObject({ layout: z.enum(layoutNames) });

/** The query of GET /bots/{id}/get_video. */
export const videoQuery = z.strictObject({ layout: z.enum(layoutNames).optional() });

/** The query of GET /bots/{id}/get_audio. */
export const audioQuery = z.strictObject({ format: z.enum(['wav', 'opus']).default('wav') });

const kinds: Readonly<Partial<Record<CompositionKind, string>>> = {
  [CompositionKind.VIDEO]: 'video',
  [CompositionKind.SEPARATE_VIDEO]: 'video_separate_streams',
  [CompositionKind.SEPARATE_AUDIO]: 'audio_separate_streams',
  [CompositionKind.MIXED_OPUS]: 'audio_opus',
};

const states: Readonly<Partial<Record<CompositionState, string>>> = {
  [CompositionState.QUEUED]: 'queued',
  [CompositionState.RUNNING]: 'composing',
  [CompositionState.READY]: 'ready',
  [CompositionState.FAILED]: 'failed',
  [CompositionState.SKIPPED]: 'skipped',
};

/** The public word for where it is. */
export const stageOf = ({ state }: Pick<Composition, 'state'>): string => states[state] ?? 'queued';

/** Two digits are as much as anybody watches. */
export const progressOf = ({ progress }: Pick<Composition, 'progress'>): number => Math.round(progress * 100) / 100;

/** One thing that is made of a visit after it. */
export function toComposition(composition: Composition) {
  const layout = layoutWords.from(composition.layout);
  return {
    kind: kinds[composition.kind] ?? 'unknown',
    layout: layout ? layoutNameOf(layout) : null,
    status: stageOf(composition),
    progress: progressOf(composition),
    detail: composition.detail || null,
    created_at: composition.createdAt?.toISOString() ?? null,
    finished_at: composition.finishedAt?.toISOString() ?? null,
  };
}
