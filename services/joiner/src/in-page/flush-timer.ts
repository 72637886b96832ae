// As the browser has it, not as a page may have it later.
const [TimerWorker, TimerBlob, createObjectUrl] = [globalThis.Worker, globalThis.Blob, URL.createObjectURL];

/**
 * Calls with the time of each tick, milliseconds since 1970, by a worker's clock. Its ticks take their turn among the frames
 * that come meanwhile, also while the page is held up: at each tick all that came before it is there to be taken, and no
 * more waits than came since the one before. A timer of the page would tick once after a hold-up, behind everything.
 * Throws where a page can have no worker.
 */
export function startFlushTimer(everyMs: number, onTimer: (at: number) => void): void {
  const source = `setInterval(() => postMessage(performance.timeOrigin + performance.now()), ${everyMs})`;
  const worker = new TimerWorker(createObjectUrl(new TimerBlob([source], { type: 'text/javascript' })));
  worker.addEventListener('message', ({ data }: MessageEvent<number>) => onTimer(data));
}
