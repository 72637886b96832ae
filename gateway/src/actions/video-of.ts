import { TrackKind } from '@earshot/contract/media/v1/video.ts';
import type { Composition } from '@earshot/contract/composer/v1/composer.ts';
import type { Bot } from '@earshot/contract/scheduler/v1/bots.ts';
import { AppError, takesVideo, type ErrorCode } from '@earshot/kernel';
import { fromMediaPlanMessage } from '@earshot/rpc';
import { compositionsOf } from './files-of.ts';
import type { GatewayDeps } from './deps.ts';

/** What is known of a bot's video; undefined: it cannot be known at this moment. */
export interface VideoOf {
  readonly compositions: readonly Composition[] | undefined;
  /** Where the pictures were taken: as the senders encoded them, or from the bot's own view of the page. */
  readonly capture: 'encoded' | 'tab' | undefined;
}

const notFinished: readonly ErrorCode[] = ['not-found', 'failed-precondition'];

/** Nobody's detail waits for, or fails with, the room that composes videos. */
export async function videoOf(deps: Pick<GatewayDeps, 'composer' | 'media'>, bot: Bot): Promise<VideoOf> {
  if (bot.erasedAt) return { compositions: [], capture: undefined };
  const [compositions, capture] = await Promise.all([
    compositionsOf(deps, bot).catch(unless(['unavailable', 'deadline-exceeded'])),
    captureOf(deps, bot),
  ]);
  return { compositions, capture };
}

async function captureOf({ media }: Pick<GatewayDeps, 'media'>, bot: Bot): Promise<VideoOf['capture']> {
  const isOver = bot.state === 'BOT_STATE_PROCESSING' || bot.state === 'BOT_STATE_DONE';
  if (!isOver || !takesVideo(fromMediaPlanMessage(bot.spec?.media))) return undefined;
  const asked = media.listTracks({ botId: bot.botId }, { accountId: bot.accountId });
  const tracks = (await asked.catch(unless(notFinished)))?.tracks ?? [];
  const kinds = new Set(tracks.map(({ kind }) => kind));
  if (kinds.has(TrackKind.TAB)) return 'tab';
  return kinds.has(TrackKind.WEBCAM) || kinds.has(TrackKind.SCREEN_SHARE) ? 'encoded' : undefined;
}

function unless(codes: readonly ErrorCode[]) {
  return (error: unknown): undefined => {
    if (!(error instanceof AppError) || !codes.includes(error.code)) throw error;
  };
}
