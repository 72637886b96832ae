import type { InPageOptions } from '../page-protocol/options.ts';
import { tapConnections } from './connections.ts';
import { replaceDevices } from './devices.ts';
import { FrameBatcher } from './frame-batcher.ts';
import { guardConnections } from './ice-guard.ts';
import { tapOutputs } from './output-tap.ts';
import { PageSocket } from './page-socket.ts';
import { hideVideoFrames, stayInBrowser } from './quiet-page.ts';
import { hideOwnTile } from './own-tile.ts';
import { silencePlayers } from './silent-players.ts';
import { watchSpeakers } from './speakers.ts';
import { watchSpeakingIndicators } from './speaking-indicators.ts';
import { captureTab } from './tab-capture.ts';
import { VideoSender } from './video-sender.ts';

/** Of video that waits for a slow reader: some seconds of all that a bot takes. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;

/** Of reports of devices that wait for a slow reader. */
const MAX_REPORT_BYTES = 64 * 1024;

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
  const video = sendVideo(options, batcher);
  const tiles = video && options.undecodedTiles;
  // Before what listens to players: it gets the page's own streams.
  tapConnections({ batcher, keepSilent: silencePlayers(), hidesEncodedStreams, video, isFilmed: tiles !== undefined });
  tapOutputs(batcher);
  replaceDevices(options, (on) => {
    if (options.deviceSocket === '') throw new DOMException('no socket', 'NotSupportedError');
    return new PageSocket({ url: options.deviceSocket, maxBufferedBytes: MAX_REPORT_BYTES, ...on });
  });
  watchSpeakingIndicators(batcher, options.indicators);
  watchSpeakers(batcher, options.speakers, options.botName);
  if (video && tiles) filmPage(batcher, { sender: video, tiles, botName: options.botName });
  else hideUnlessFilmed(batcher, video);
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

/** Where receivers give video the page is drawn only if one of them cannot be tapped. */
function hideUnlessFilmed(batcher: FrameBatcher, sender: VideoSender | undefined): void {
  const show = hideVideoFrames();
  if (sender) captureOnce(batcher, sender, show);
}

/** Where they give none it is filmed as soon as that is wished for, by the document that is on top. */
function filmPage(
  batcher: FrameBatcher,
  { sender, tiles, botName }: { sender: VideoSender; tiles: { tile: string; name: string }; botName: string },
): void {
  hideOwnTile(tiles, botName);
  if (window !== window.top) return;
  captureOnce(batcher, sender, () => {});
  batcher.drained = () => {
    sender.connect();
    sender.flush();
  };
}

/** One at a time; one that fails or ends may be tried again. */
function captureOnce(batcher: FrameBatcher, sender: VideoSender, prepare: () => void): void {
  let isCapturing = false;
  let isFailureTold = false;
  const over = () => void (isCapturing = false);
  const fail = (error: unknown) => {
    over();
    if (isFailureTold) return;
    isFailureTold = true;
    const why = error instanceof DOMException ? error.name : 'error';
    const about = { id: 'tab', media: 'video', tap: 'none', connection: undefined } as const;
    batcher.event({ kind: 'track', track: batcher.nextTrack(), ...about, why });
  };
  sender.captureTab = () => {
    if (isCapturing) return;
    isCapturing = true;
    prepare();
    captureTab({ batcher, sender }).then(over, fail);
  };
}
