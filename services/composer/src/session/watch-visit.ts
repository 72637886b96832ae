import type { WatchRequest, WatchResponse } from '@earshot/contract/media/v1/video.ts';
import { AppError, AsyncQueue, reconnect, SECOND, type BotId, type Clock, type Log } from '@earshot/kernel';
import type { MediaClient } from '../making/maker.ts';

/** A visit that is not there may be on its way to another process, or about to begin. */
const ABSENT_MS = 20 * SECOND;
const MAX_DELAY_MS = 2 * SECOND;

export interface WatchOptions {
  readonly media: Pick<MediaClient, 'watch'>;
  readonly botId: BotId;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export interface VisitWatch {
  /** Asks for a key frame of a track, where it is watched. */
  askKeyFrame(trackId: string): void;
  /** Everything that is seen and heard, until the visit is over or the signal aborts. Watches again after each loss. */
  run(onResponse: (response: WatchResponse) => void): Promise<void>;
}

/** Watches a visit as it goes on. */
export function watchVisit({ media, botId, clock, log, signal }: WatchOptions): VisitWatch {
  let requests: AsyncQueue<WatchRequest> | undefined;
  let absentSince: number | undefined;
  return {
    askKeyFrame: (trackId) => requests?.push({ message: { $case: 'keyFrame', value: { trackId } } }),
    run: (onResponse) =>
      reconnect(
        {
          ...{ clock, signal, maxDelayMs: MAX_DELAY_MS },
          onLost: ({ error, failures }) =>
            failures === 0 && log.warn('the visit is not watched for now', { botId, error }),
        },
        async ({ signal: until, up }) => {
          const asked = (requests = new AsyncQueue<WatchRequest>());
          asked.push({ message: { $case: 'start', value: { botId } } });
          try {
            const answers: AsyncIterable<WatchResponse> = media.watch(asked, { signal: until });
            for await (const response of answers) {
              up();
              absentSince = undefined;
              onResponse(response);
            }
            return 'done';
          } catch (error) {
            if (!(error instanceof AppError) || error.code !== 'not-found') throw error;
            absentSince ??= clock.now();
            if (clock.now() - absentSince >= ABSENT_MS) return 'done';
            throw error;
          } finally {
            asked.end();
          }
        },
      ),
  };
}
