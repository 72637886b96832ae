import { ComposerServiceService } from '@earshot/contract/composer/v1/composer.ts';
import { MediaServiceService } from '@earshot/contract/media/v1/media.ts';
import { NotifierServiceService } from '@earshot/contract/notifier/v1/notifier.ts';
import { BotServiceService, BotState, type EndedBot } from '@earshot/contract/scheduler/v1/bots.ts';
import { TranscriptServiceService } from '@earshot/contract/transcriber/v1/transcripts.ts';
import { SECOND, type AccountId, type BotId } from '@earshot/kernel';
import { createRpcClient } from '@earshot/rpc';
import type { ResourceStack } from '@earshot/service';
import type { DataOwner, EndedVisit, RetentionDeps } from './actions/deps.ts';
import type { RetentionConfig } from './config.ts';

/** Owners work in steps of some seconds; what takes longer than this has stopped. */
const ERASE_TIMEOUT_MS = 20 * SECOND;
const PAGE = 500;

/** The scheduler as the actions call it. */
export function connectScheduler(
  { peers, rpc }: Pick<RetentionConfig, 'peers' | 'rpc'>,
  resources: ResourceStack,
): Pick<RetentionDeps, 'visitOf' | 'markBotErased' | 'endedSince'> {
  const scheduler = resources.own('scheduler', createRpcClient(BotServiceService, peers.scheduler, rpc));
  return {
    async visitOf(botId) {
      const { state, endedAt, createdAt, spec, accountId } = await scheduler.findBot({ botId });
      return {
        isSettled: isSettled(state),
        endedAt: (endedAt ?? createdAt ?? new Date(0)).getTime(),
        accountId: accountId as AccountId,
        retentionHours: spec?.retentionHours ?? 0,
      };
    },
    markBotErased: (botId, { at, isFinal }) =>
      scheduler.markErased({ botId, erasedAt: new Date(at), final: isFinal }, { timeoutMs: ERASE_TIMEOUT_MS }),
    async *endedSince(since) {
      for (let pageToken = '', isFirst = true; isFirst || pageToken !== ''; isFirst = false) {
        const page = await scheduler.listEnded({ endedSince: new Date(since), pageSize: PAGE, pageToken });
        yield page.bots.map(fromEndedMessage);
        pageToken = page.nextPageToken;
      }
    },
  };
}

/** Every service that holds data of bots, the scheduler apart: what it holds goes last, with the proof. */
export function connectOwners(
  { peers, rpc }: Pick<RetentionConfig, 'peers' | 'rpc'>,
  resources: ResourceStack,
): DataOwner[] {
  const media = resources.own('media', createRpcClient(MediaServiceService, peers.media, rpc));
  const transcriber = resources.own('transcriber', createRpcClient(TranscriptServiceService, peers.transcriber, rpc));
  const composer = resources.own('composer', createRpcClient(ComposerServiceService, peers.composer, rpc));
  const notifier = resources.own('notifier', createRpcClient(NotifierServiceService, peers.notifier, rpc));
  return [
    toOwner('composer', composer.erase),
    toOwner('media-streamer', media.erase),
    toOwner('transcriber', transcriber.erase),
    toOwner('notifier', notifier.erase),
  ];
}

type Erase = (
  request: { botId: string; final: boolean },
  options: { timeoutMs: number },
) => Promise<{ deletedObjects: number; totalObjects: number; unfinished?: boolean }>;

function toOwner(name: string, erase: Erase): DataOwner {
  return {
    name,
    async erase(botId, { isFinal }) {
      const answer = await erase({ botId, final: isFinal }, { timeoutMs: ERASE_TIMEOUT_MS });
      return { deleted: answer.deletedObjects, total: answer.totalObjects, isUnfinished: answer.unfinished ?? false };
    },
  };
}

function fromEndedMessage({ botId, state, endedAt, retentionHours }: EndedBot): EndedVisit {
  return {
    botId: botId as BotId,
    isSettled: isSettled(state),
    endedAt: (endedAt ?? new Date(0)).getTime(),
    retentionHours,
  };
}

function isSettled(state: BotState): boolean {
  return state === BotState.DONE || state === BotState.FAILED;
}
