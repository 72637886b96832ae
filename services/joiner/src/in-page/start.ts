import type { InPageOptions } from '../page-protocol/options.ts';
import { tapConnections } from './connections.ts';
import { replaceDevices } from './devices.ts';
import { FrameBatcher } from './frame-batcher.ts';
import { guardConnections } from './ice-guard.ts';
import { tapOutputs } from './output-tap.ts';
import { hideVideoFrames, stayInBrowser } from './quiet-page.ts';
import { silencePlayers } from './silent-players.ts';
import { watchSpeakers } from './speakers.ts';
import { watchSpeakingIndicators } from './speaking-indicators.ts';

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
  tapConnections({ batcher, keepSilent: silencePlayers(), hidesEncodedStreams });
  tapOutputs(batcher);
  replaceDevices(options);
  watchSpeakingIndicators(batcher, options.indicators);
  watchSpeakers(batcher, options.speakers);
  hideVideoFrames();
  stayInBrowser();
}
