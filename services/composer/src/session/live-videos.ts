import { randomUUID } from 'node:crypto';
import { AppError, SECOND, type BotId } from '@earshot/kernel';
import { startLoop, type Background } from '@earshot/service';
import type { ComposerDeps } from '../actions/deps.ts';
import {
  claimLiveVideo,
  LIVE_RENEW_MS,
  refuseLiveVideos,
  releaseLiveVideo,
  renewLiveVideo,
} from '../actions/live-videos.ts';
import type { LiveVideo } from '../domain/live-video.ts';
import { runLiveSession, type LiveSessionDeps } from './live-session.ts';

/** After a failure of ours. */
const RETRY_MS = 2 * SECOND;

export interface LiveVideosOptions extends LiveSessionDeps, Pick<ComposerDeps, 'liveVideos' | 'orderOf'> {
  /** How many are streamed at a time. */
  readonly concurrency: number;
}

/** Streams what is wanted live, some at a time; on disposal those under way are given back. */
export function startLiveVideos(options: LiveVideosOptions): Background {
  const { clock, log, meters, concurrency } = options;
  const running = new Map<BotId, { readonly stopping: AbortController; readonly ended: Promise<void> }>();
  const loop = startLoop({
    ...{ name: 'live videos', clock, log, everyMs: SECOND },
    async round() {
      for (const botId of await refuseLiveVideos(options)) {
        meters.refused(1);
        log.error('a live video is refused, nobody has room for it', { botId, concurrency });
      }
      if (running.size >= concurrency) return false;
      const owner = randomUUID();
      const video = await claimLiveVideo(options, owner);
      if (!video) return false;
      const { botId } = video;
      const stopping = new AbortController();
      const ended = stream(options, video, { owner, stopping })
        .catch((error: unknown) => log.warn('live video lost, its lease will run out', { botId, error }))
        .finally(() => {
          running.delete(botId);
          meters.running(running.size);
          loop.wake();
        });
      running.set(botId, { stopping, ended });
      meters.running(running.size);
      return true;
    },
  });
  return {
    wake: () => loop.wake(),
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      const all = [...running.values()];
      for (const { stopping } of all) stopping.abort(new AppError('cancelled', 'the composer is stopping'));
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}

async function stream(
  options: LiveVideosOptions,
  { botId, startedAt }: LiveVideo,
  { owner, stopping }: { owner: string; stopping: AbortController },
): Promise<void> {
  const { liveVideos, orderOf } = options;
  const log = options.log.child({ botId });
  const done = new AbortController();
  const alive = keepAlive(options, { botId, owner, stopping, signal: done.signal });
  try {
    const url = (await orderOf(botId))?.liveVideoSocketUrl ?? '';
    if (url !== '') await runLiveSession({ ...options, log }, { botId, url, startedAt, signal: stopping.signal });
    await liveVideos.end(botId, owner);
    log.info('live video ended');
  } catch (error) {
    if (!stopping.signal.aborted) log.warn('live video failed, trying again', { error });
    const delayMs = stopping.signal.aborted ? 0 : RETRY_MS;
    await releaseLiveVideo(options, botId, { owner, delayMs });
  } finally {
    done.abort();
    await alive;
  }
}

interface Lease {
  readonly botId: BotId;
  readonly owner: string;
  readonly stopping: AbortController;
  readonly signal: AbortSignal;
}

/** Renews the lease. One that is lost ends it here: another process has taken it over, or the bot is erased. */
async function keepAlive(options: LiveVideosOptions, { botId, owner, stopping, signal }: Lease): Promise<void> {
  for (;;) {
    await options.clock.sleep(LIVE_RENEW_MS, signal).catch(() => {});
    if (signal.aborted) return;
    try {
      if (await renewLiveVideo(options, botId, owner)) continue;
      stopping.abort(new AppError('cancelled', 'the lease is lost'));
      return;
    } catch (error) {
      options.log.warn('lease not renewed', { botId, error });
    }
  }
}
