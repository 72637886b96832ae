import type { AccountId, BotId, VideoLayout } from '@earshot/kernel';

/** One file, or several of a kind, that is made of what is stored of a visit. */
export const compositionKinds = ['video', 'separate-video', 'separate-audio', 'mixed-opus'] as const;
export type CompositionKind = (typeof compositionKinds)[number];

/** `ready`, `failed` and `skipped` last, unless it is asked for again. */
export type CompositionState = 'queued' | 'running' | 'ready' | 'failed' | 'skipped';

/** What a composition is known by. */
export interface CompositionKey {
  readonly botId: BotId;
  readonly kind: CompositionKind;
  /** Of a video. */
  readonly layout: VideoLayout | undefined;
}

export interface Composition extends CompositionKey {
  readonly accountId: AccountId;
  /** Of the bot's order; else it was asked for later. */
  readonly isOrdered: boolean;
  readonly state: CompositionState;
  /** 0 to 1. */
  readonly progress: number;
  readonly attempts: number;
  /** Why it failed or was skipped; empty otherwise. */
  readonly detail: string;
  readonly createdAt: number;
  readonly finishedAt: number | undefined;
  /** Of the media-streamer's; empty where it came to several. */
  readonly artifactId: string;
}

/** What came of making one. */
export type Outcome =
  | { readonly state: 'ready'; readonly artifactId: string; readonly durationMs: number }
  | { readonly state: 'failed' | 'skipped'; readonly detail: string };

export type VideoFact = {
  readonly botId: BotId;
  readonly at: number;
  readonly layout: VideoLayout;
  readonly isOrdered: boolean;
  readonly outcome: Outcome;
};

/** The fact of an outcome, where its kind has one. */
export function factOf(
  { botId, kind, layout, isOrdered }: Pick<Composition, 'botId' | 'kind' | 'layout' | 'isOrdered'>,
  outcome: Outcome,
  at: number,
): VideoFact | undefined {
  return kind === 'video' && layout !== undefined ? { botId, at, layout, isOrdered, outcome } : undefined;
}
