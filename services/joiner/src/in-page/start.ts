/** The last file: everything above stands. Runs before the page's own scripts, in every frame. */
(() => {
  // Also where nobody listens: in windows that open beside the page, and in frames of other sites.
  guardConnections(options.allow);
  const holder = window as unknown as Record<string, ((payload: string) => void) | undefined>;
  const send = holder[options.binding];
  // A document that is restored or opened by script may be met twice.
  if (!send) return;
  delete holder[options.binding];
  const batcher = new FrameBatcher(send);
  // Before what listens to players: it gets the page's own streams.
  tapConnections(batcher, silencePlayers());
  tapOutputs(batcher);
  replaceDevices();
  watchSpeakingIndicators(batcher);
  watchSpeakers(batcher);
  hideVideoFrames();
  stayInBrowser();
})();
