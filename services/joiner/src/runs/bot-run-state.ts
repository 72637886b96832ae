import type { EndReason } from '@earshot/kernel';
import type { Ending } from '../domain/bot.ts';
import type { VisitIngest } from '../rpc/visit-ingest.ts';

/** One assignment of a bot, as its joiner knows it; each state owns what exists in it. */
export type BotRunState =
  /** It has a place in a browser, and nothing is recorded yet. */
  | { readonly case: 'placed' }
  | { readonly case: 'recording'; readonly ingest: VisitIngest }
  /** The browser has been commanded to leave. A recording may still begin. */
  | {
      readonly case: 'leaving';
      readonly reason: EndReason;
      readonly isHandedOver: boolean;
      readonly ingest: VisitIngest | undefined;
    }
  /** The bot is out, and what was recorded is still being sent. */
  | { readonly case: 'ending'; readonly ingest: VisitIngest | undefined }
  /** Nothing is left to do. */
  | { readonly case: 'over' };

/** In a browser, and not known to be out. */
export type LiveState = Exclude<BotRunState, { case: 'ending' | 'over' }>;

export function isLive(state: BotRunState): state is LiveState {
  return state.case !== 'ending' && state.case !== 'over';
}

export function ingestOf(state: BotRunState): VisitIngest | undefined {
  return 'ingest' in state ? state.ingest : undefined;
}

/** With the stream that was opened for its media. */
export function recorded(state: LiveState, ingest: VisitIngest): LiveState {
  return state.case === 'leaving' ? { ...state, ingest } : { case: 'recording', ingest };
}

/** On the way out. A reason stays the first one; who is to be handed over stays so. */
export function leavingFor(
  state: LiveState,
  reason: EndReason,
  { isHandedOver }: { isHandedOver: boolean },
): LiveState {
  if (state.case === 'leaving') return { ...state, isHandedOver: state.isHandedOver || isHandedOver };
  return { case: 'leaving', reason, isHandedOver, ingest: ingestOf(state) };
}

const lost: Ending = { reason: 'worker-lost', detail: 'the browser process was lost', retryable: true };
const handedOver: Ending = {
  ...{ reason: 'worker-lost', detail: 'the server that had the bot was shut down', retryable: true },
};

/** How a bot ends whose browser reports this end. */
export function endReported(state: LiveState, ending: Ending): Ending {
  return state.case === 'leaving' && state.isHandedOver ? handedOver : ending;
}

/** How a bot ends whose browser was lost: one that was on its way out is out, and there is nothing to try again. */
export function endLost(state: LiveState): Ending {
  return endReported(state, state.case === 'leaving' ? { ...lost, reason: state.reason, retryable: false } : lost);
}

/** How a bot ends whose browser does not do what it is commanded to. */
export function endUnanswered(state: LiveState & { case: 'leaving' }): Ending {
  const { reason } = state;
  return endReported(state, { reason, detail: 'the browser did not answer', retryable: false });
}
