import { RecordingState } from '@earshot/contract/media/v1/media.ts';
import { BotServiceService } from '@earshot/contract/scheduler/v1/bots.ts';
import { AppError, type AccountId } from '@earshot/kernel';
import { createRpcClient, fromMediaPlanMessage } from '@earshot/rpc';
import type { ResourceStack } from '@earshot/service';
import type { ComposerDeps } from './actions/deps.ts';
import type { ComposerConfig } from './config.ts';
import type { MediaClient } from './making/maker.ts';

/** The scheduler as the actions call it. */
export function connectScheduler(
  { peers, rpc }: Pick<ComposerConfig, 'peers' | 'rpc'>,
  resources: ResourceStack,
): Pick<ComposerDeps, 'orderOf'> {
  const scheduler = resources.own('scheduler', createRpcClient(BotServiceService, peers.scheduler, rpc));
  return {
    async orderOf(botId) {
      try {
        const { accountId, spec } = await scheduler.findBot({ botId });
        return {
          accountId: accountId as AccountId,
          plan: fromMediaPlanMessage(spec?.media),
          liveVideoSocketUrl: spec?.destinations?.liveVideoSocketUrl ?? '',
        };
      } catch (error) {
        if (error instanceof AppError && error.code === 'not-found') return undefined;
        throw error;
      }
    },
  };
}

/** The media-streamer as the actions call it. */
export function askMedia(media: Pick<MediaClient, 'getRecording'>): Pick<ComposerDeps, 'recordingOf'> {
  return {
    async recordingOf(botId) {
      const { state, accountId } = await media.getRecording({ botId });
      if (state === RecordingState.RECORDING || state === RecordingState.FINISHING)
        throw new AppError('failed-precondition', 'the recording is not finished');
      if (state === RecordingState.ERASED) throw new AppError('failed-precondition', 'the data of the bot is erased');
      if (state !== RecordingState.READY) throw new AppError('not-found', 'nothing was recorded');
      return { accountId: accountId as AccountId };
    },
  };
}
