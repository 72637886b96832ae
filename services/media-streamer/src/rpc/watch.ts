import type { WatchRequest, WatchResponse } from '@earshot/contract/media/v1/video.ts';
import { AppError, isUuid, type BotId } from '@earshot/kernel';
import type { CallContext } from '@earshot/rpc';
import { SAMPLES_PER_MS } from '../domain/recording.ts';
import type { LiveItem, Watchers } from '../live/watchers.ts';
import type { SessionRegistry } from '../session/session-registry.ts';
import type { VideoSessions } from '../video/video-sessions.ts';
import { toCodec, toTrackChange, toTrackFrame } from './video-words.ts';

export interface WatchDeps {
  readonly sessions: SessionRegistry;
  readonly videos: VideoSessions;
  readonly watchers: Watchers;
}

/** First the tracks that there are, then all that comes. Throws `not-found` for a visit that is not here, or is over. */
export async function* watch(
  { sessions, videos, watchers }: WatchDeps,
  requests: AsyncIterable<WatchRequest>,
  { signal }: CallContext,
): AsyncGenerator<WatchResponse> {
  const reading = requests[Symbol.asyncIterator]();
  const first = await reading.next();
  const start = first.done ? undefined : first.value.message;
  if (start?.$case !== 'start') throw new AppError('invalid-argument', 'a stream begins with its start');
  const { botId: id } = start.value;
  const session = isUuid(id) ? sessions.get(id as BotId) : undefined;
  if (!session || session.isFinishing) throw new AppError('not-found', 'no such visit', { fields: { botId: id } });
  const { botId } = session;
  using watcher = watchers.watch(botId);
  const onAbort = () => watcher.end(AppError.from(signal.reason));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  void passKeyFrames(reading, (trackId) => videos.get(botId)?.requestKeyFrame({ trackId })).catch(onGone);
  const toResponse = (item: LiveItem) => toWatchResponse(item, (pageId) => session.idOf(pageId));
  const atMs = Math.floor(session.mixedSamples / SAMPLES_PER_MS);
  try {
    for (const change of videos.get(botId)?.tracks ?? []) yield toResponse({ kind: 'track', change, atMs });
    for await (const item of watcher) yield toResponse(item);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Whoever has gone asks for no more. */
function onGone(): void {}

async function passKeyFrames(reading: AsyncIterator<WatchRequest>, ask: (trackId: string) => void): Promise<void> {
  for (let next = await reading.next(); !next.done; next = await reading.next()) {
    const { message } = next.value;
    if (message?.$case === 'keyFrame') ask(message.value.trackId);
  }
}

function toWatchResponse(item: LiveItem, idOf: (pageId: string) => string): WatchResponse {
  switch (item.kind) {
    case 'audio': {
      const { at, pcm: samples, participantId, name: participantName, isPaused: paused } = item;
      const atUs = Math.round((at * 1000) / SAMPLES_PER_MS);
      const pcm = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
      return { message: { $case: 'audio', value: { atUs, pcm, participantId, participantName, paused } } };
    }
    case 'frame': {
      const { trackId, codec, frame } = item;
      const value = { trackId, codec: toCodec(codec), frame: toTrackFrame(frame) };
      return { message: { $case: 'frame', value } };
    }
    case 'track': {
      const { change, atMs } = item;
      const participantId = idOf(change.participantId);
      return { message: { $case: 'track', value: toTrackChange({ ...change, participantId }, atMs) } };
    }
  }
}
