import { VideoLayout as Layouts } from '@earshot/contract/common/v1/media_plan.ts';
import {
  CompositionKind as Kinds,
  CompositionState as States,
  type ComposeRequest,
  type Composition as CompositionMessage,
} from '@earshot/contract/composer/v1/composer.ts';
import { AppError, isUuid, type BotId } from '@earshot/kernel';
import { layoutWords } from '@earshot/rpc';
import {
  compositionKinds,
  type Composition,
  type CompositionKey,
  type CompositionKind,
  type CompositionState,
} from '../domain/composition.ts';

const kinds: Readonly<Record<CompositionKind, Kinds>> = {
  video: Kinds.VIDEO,
  'separate-video': Kinds.SEPARATE_VIDEO,
  'separate-audio': Kinds.SEPARATE_AUDIO,
  'mixed-opus': Kinds.MIXED_OPUS,
};
const states: Readonly<Record<CompositionState, States>> = {
  queued: States.QUEUED,
  running: States.RUNNING,
  ready: States.READY,
  failed: States.FAILED,
  skipped: States.SKIPPED,
};

export function toMessage(composition: Composition): CompositionMessage {
  const { botId, kind, layout, state, progress, detail, attempts, artifactId } = composition;
  return {
    ...{ botId, progress, detail, attempts, artifactId },
    kind: kinds[kind],
    layout: layout === undefined ? Layouts.UNSPECIFIED : layoutWords.to(layout),
    state: states[state],
    createdAt: new Date(composition.createdAt),
    finishedAt: composition.finishedAt === undefined ? undefined : new Date(composition.finishedAt),
  };
}

/** Throws `invalid-argument` for a kind that is not known, and for a video without a layout; `not-found` for what is no bot's id. */
export function keyOf({ botId, kind: message, layout: layoutMessage }: ComposeRequest): CompositionKey {
  const kind = compositionKinds.find((each) => kinds[each] === message);
  if (!kind) throw new AppError('invalid-argument', 'the kind of composition is not known');
  if (kind !== 'video') return { botId: botIdOf(botId), kind, layout: undefined };
  const layout = layoutWords.from(layoutMessage);
  if (!layout) throw new AppError('invalid-argument', 'a video needs a layout');
  return { botId: botIdOf(botId), kind, layout };
}

export function botIdOf(text: string): BotId {
  if (!isUuid(text)) throw new AppError('not-found', 'no such bot', { fields: { botId: text } });
  return text as BotId;
}
