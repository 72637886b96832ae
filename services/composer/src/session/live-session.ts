import { VideoCodec, VideoSource, type VideoTrackChange, type WatchedFrame } from '@earshot/contract/media/v1/video.ts';
import type { Egress } from '@earshot/egress';
import type { BotId, Clock, Log } from '@earshot/kernel';
import { TrackChooser } from '../domain/track-chooser.ts';
import type { MediaClient } from '../making/maker.ts';
import { CustomerStream } from '../live/customer-stream.ts';
import type { Piece } from '../live/fragment-splitter.ts';
import type { VideoTrackCodec } from '../live/ivf.ts';
import { LiveEncoder } from '../live/live-encoder.ts';
import type { LiveMeters } from '../live/live-meters.ts';
import { black } from '../live/picture.ts';
import { ShownTrack, type LiveFrame } from '../live/shown-track.ts';
import { TickClock } from '../live/tick-clock.ts';
import { watchVisit } from './watch-visit.ts';

const codecs: Readonly<Record<VideoCodec, VideoTrackCodec | undefined>> = {
  [VideoCodec.UNSPECIFIED]: undefined,
  [VideoCodec.VP8]: 'vp8',
  [VideoCodec.VP9]: 'vp9',
  [VideoCodec.H264]: 'h264',
  [VideoCodec.AV1]: 'av1',
};
const sources = {
  [VideoSource.UNSPECIFIED]: undefined,
  [VideoSource.WEBCAM]: 'webcam',
  [VideoSource.SCREEN_SHARE]: 'screen-share',
  [VideoSource.TAB]: 'tab',
} as const satisfies Record<VideoSource, unknown>;

export interface LiveSessionDeps {
  readonly media: Pick<MediaClient, 'watch'>;
  readonly egress: Pick<Egress, 'webSocket'>;
  readonly meters: LiveMeters;
  /** Threads that one encoder may keep busy. */
  readonly threads: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface LiveSessionOptions {
  readonly botId: BotId;
  readonly url: string;
  /** Since when it is streamed, by whichever process. */
  readonly startedAt: number;
  /** Ends it as it is: another process goes on. */
  readonly signal: AbortSignal;
}

/**
 * Streams one visit until it is over: the track that is to be seen decoded, encoded anew with the sound of all, and sent. The sound is its
 * clock. It ends early where nothing may be sent to the customer's address. Throws what an encoder failed with, or the signal's reason.
 */
export async function runLiveSession(deps: LiveSessionDeps, options: LiveSessionOptions): Promise<void> {
  const { media, clock, log, meters, threads } = deps;
  const { botId, startedAt } = options;
  const stopping = new AbortController();
  const signal = AbortSignal.any([options.signal, stopping.signal]);
  const watch = watchVisit({ media, botId, clock, log, signal });
  const refused = Promise.withResolvers<void>();
  const customer = toCustomer(deps, { ...options, onRefused: refused.resolve });
  const chooser = new TrackChooser();
  const ticks = new TickClock();
  const encoder = new LiveEncoder({ threads, signal, onPiece: customer.take });
  const failed = encoder.ended.then(() => {});
  const shown = new ShownTrack({
    ...{ signal, now: () => clock.now(), askKeyFrame: watch.askKeyFrame },
    onFailure: (error) => log.warn('a track cannot be decoded for now', { botId, error }),
  });
  try {
    const watched = watch.run(({ message }) => {
      if (message?.$case === 'track') {
        noteTrack(chooser, message.value);
        shown.show(chooser.trackId);
      } else if (message?.$case === 'frame') {
        const frame = toFrame(message.value);
        if (frame) shown.take(frame);
      } else if (message?.$case === 'audio') {
        const { atUs, pcm, participantId, paused } = message.value;
        chooser.hear(participantId, pcm.length / BYTES_OF_MS);
        shown.show(paused ? undefined : chooser.trackId);
        for (const tick of ticks.push({ atUs, pcm }))
          encoder.push({ picture: paused ? black : shown.picture, pcm: tick });
      }
    });
    await Promise.race([watched, failed, refused.promise]);
    signal.throwIfAborted();
    await encoder.finish();
    await customer.finish(clock.now() - startedAt);
  } finally {
    shown[Symbol.dispose]();
    stopping.abort();
    await customer[Symbol.asyncDispose]();
    await failed.catch(() => {});
    meters.lost({ fragments: customer.lostFragments, skippedMs: encoder.skippedMs });
  }
}

const BYTES_OF_MS = 96;

function noteTrack(chooser: TrackChooser, { trackId, source, participantId, ended }: VideoTrackChange): void {
  const known = sources[source];
  if (ended) chooser.end(trackId);
  else if (known) chooser.add({ trackId, participantId, source: known });
}

function toFrame({ trackId, codec, frame }: WatchedFrame): LiveFrame | undefined {
  const known = codecs[codec];
  if (!known || !frame) return undefined;
  const { atUs, payload, keyFrame: isKey, width, height, afterGap: isAfterGap } = frame;
  return { trackId, codec: known, atUs, payload, isKey, width, height, isAfterGap };
}

/** The customer is called once there is something to send. */
function toCustomer(
  { egress, clock, log, meters }: LiveSessionDeps,
  { botId, url, onRefused }: Pick<LiveSessionOptions, 'botId' | 'url'> & { onRefused: () => void },
) {
  let stream: CustomerStream | undefined;
  return {
    take({ kind, bytes }: Piece): void {
      if (kind === 'fragment') return stream?.send(bytes);
      stream ??= new CustomerStream({
        url,
        botId,
        init: bytes,
        egress,
        clock,
        log,
        onRoundTrip: meters.roundTrip,
        onRefused,
      });
    },
    get lostFragments(): number {
      return stream?.lostFragments ?? 0;
    },
    async finish(durationMs: number): Promise<void> {
      await stream?.finish(durationMs);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await stream?.[Symbol.asyncDispose]();
    },
  };
}
