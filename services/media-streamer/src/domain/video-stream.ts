import { AppError, MINUTE, type BotId } from '@earshot/kernel';
import type { Recording } from './recording.ts';

/** How far a visit's video has come; there is one for a visit whose video was announced. */
export interface VideoStream {
  readonly botId: BotId;
  readonly epoch: number;
  /** The process that may write; another one takes over by naming itself. */
  readonly owner: string;
  /** Nothing of this epoch's batches up to here needs to be kept by anyone else. */
  readonly durableSequence: number;
  /** Nothing more comes. */
  readonly isFinished: boolean;
}

/**
 * The stream as it goes on with a joiner's request. Throws `unavailable` until the epoch's audio has begun, `failed-precondition` for a stale
 * epoch and where nothing more can be added.
 */
export function admitVideo(
  { recording, stream }: { recording: Recording | undefined; stream: VideoStream | undefined },
  { botId, epoch, owner }: Pick<VideoStream, 'botId' | 'epoch' | 'owner'>,
): VideoStream {
  const fields = { botId, epoch };
  if (!recording || recording.state === 'awaited' || recording.epoch < epoch)
    throw new AppError('unavailable', 'the audio of this epoch has not begun', { fields });
  if (recording.state === 'erased') throw new AppError('failed-precondition', 'the recording is erased', { fields });
  if (recording.epoch > epoch) throw new AppError('failed-precondition', 'stale epoch', { fields });
  if (stream?.epoch !== epoch) throw new AppError('failed-precondition', 'no video was announced', { fields });
  if (stream.isFinished) throw new AppError('failed-precondition', 'the video is finished', { fields });
  return { ...stream, owner };
}

/** The stream once the audio of an epoch begins that announced video. */
export function announceVideo(
  stream: VideoStream | undefined,
  { botId, epoch }: Pick<VideoStream, 'botId' | 'epoch'>,
): VideoStream {
  if (stream?.epoch === epoch) return stream;
  return { botId, epoch, owner: '', durableSequence: 0, isFinished: false };
}

/** As long as a joiner tries to send what is left. */
const GONE_MS = MINUTE;
/** A stream that is open after the end of its visit has this long to finish. */
const OPEN_MS = 5 * MINUTE;

/** The video of a visit that is over. Times are milliseconds since 1970. */
export interface EndedVideo {
  readonly endedAt: number;
  /** When something of it was written last. */
  readonly updatedAt: number;
  /** How its joiner sends it: by a stream to this process, open or gone; to none, as far as is known. */
  readonly stream: 'open' | { readonly goneSince: number } | 'unknown';
}

/** Whether no more video is expected of a visit's joiner. */
export function isVideoGivenUp({ endedAt, updatedAt, stream }: EndedVideo, now: number): boolean {
  if (stream === 'open') return now - endedAt >= OPEN_MS;
  const since = stream === 'unknown' ? updatedAt : stream.goneSince;
  return now - Math.max(endedAt, since) >= GONE_MS;
}
