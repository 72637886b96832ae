import type { InPageOptions } from '../page-protocol/options.ts';
import { tapConnections } from './connections.ts';
import { replaceDevices } from './devices.ts';
import { FrameBatcher } from './frame-batcher.ts';
import { guardConnections } from './ice-guard.ts';
import { tapOutputs } from './output-tap.ts';
import { PageSocket } from './page-socket.ts';
import { hideVideoFrames, stayInBrowser } from './quiet-page.ts';
import { silencePlayers } from './silent-players.ts';
import { watchSpeakers } from './speakers.ts';
import { watchSpeakingIndicators } from './speaking-indicators.ts';
import { VideoSender } from './video-sender.ts';

/** Of video that waits for a slow reader: some seconds of all that a bot takes. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;

/** Puts the tap in place. Runs before the page's own scripts, in every frame. */
export function start(options: InPageOptions): void {
  // Also where nobody listens: in windows that open beside the page, and in frames of other sites.
  guardConnections(options.allow);
  const holder = window as unknown as Record<string, ((payload: string) => void) | undefined>;
  const send = holder[options.binding];
  // A document that is restored or opened by script may be met twice.
  if (!send) return;
  delete holder[options.binding];
  const { flushIntervalMs, hidesEncodedStreams } = options;
  const batcher = new FrameBatcher({ send, isTop: window === window.top, flushIntervalMs });
  // Before what listens to players: it gets the page's own streams.
  tapConnections({ batcher, keepSilent: silencePlayers(), hidesEncodedStreams, video: sendVideo(options, batcher) });
  tapOutputs(batcher);
  replaceDevices(options);
  watchSpeakingIndicators(batcher, options.indicators);
  watchSpeakers(batcher, options.speakers);
  hideVideoFrames();
  stayInBrowser();
}

function sendVideo({ videoSocket: url }: InPageOptions, batcher: FrameBatcher): VideoSender | undefined {
  if (url === '') return undefined;
  const open = (onMessage: (text: string) => void) =>
    new PageSocket({ url, maxBufferedBytes: MAX_BUFFERED_BYTES, onMessage });
  const sender = new VideoSender({ document: batcher.document, open });
  batcher.drained = () => sender.flush();
  return sender;
}
