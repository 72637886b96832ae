import type { BotId } from '@earshot/kernel';
import { settleVideo } from '../actions/settle-video.ts';
import { isVideoGivenUp, type EndedVideo } from '../domain/video-stream.ts';
import type { LeftVideo } from '../store/video-streams.ts';
import type { VideoDeps } from './deps.ts';
import { removeVideoStrays } from './remove-video-strays.ts';
import type { VideoSession } from './video-session.ts';
import type { VideoSessions } from './video-sessions.ts';

const AT_ONCE = 50;

type ReaperDeps = Pick<VideoDeps, 'videoStreams' | 'clock' | 'log' | 'blobs' | 'videoSegments' | 'checkStore'> &
  Parameters<typeof settleVideo>[0] & { readonly videos: Pick<VideoSessions, 'tick' | 'get' | 'finish'> };

/** One round: stores what no batch follows, and settles the video of visits whose joiners do not do it any more. */
export async function reapVideo(deps: ReaperDeps): Promise<void> {
  const now = deps.clock.now();
  deps.videos.tick(now);
  for (const left of await deps.videoStreams.left(AT_ONCE)) {
    try {
      await reap(deps, left, now);
    } catch (error) {
      deps.log.warn('video could not be settled yet', { botId: left.botId, error });
    }
  }
}

async function reap(deps: ReaperDeps, { botId, endedAt, updatedAt }: LeftVideo, now: number): Promise<void> {
  const session = deps.videos.get(botId);
  if (session?.isFinishing) return;
  if (!isVideoGivenUp({ endedAt, updatedAt, stream: session ? streamOf(session) : 'unknown' }, now)) return;
  deps.log.warn('video is finished without its joiner', { botId });
  // Not awaited: the store may take its time, and other visits wait for this round.
  if (session) return void finishLate(deps, session);
  await settle(deps, botId);
}

async function settle(deps: ReaperDeps, botId: BotId): Promise<void> {
  await settleVideo(deps, { botId });
  await removeVideoStrays(deps, botId);
}

function streamOf({ idleSince }: VideoSession): EndedVideo['stream'] {
  return idleSince === undefined ? 'open' : { goneSince: idleSince };
}

async function finishLate({ videos, log }: ReaperDeps, session: VideoSession): Promise<void> {
  try {
    await videos.finish(session);
  } catch (error) {
    log.warn('video could not be finished', { botId: session.botId, error });
  }
}
