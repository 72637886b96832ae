import { workerOf } from './worker-of.js';

/** Frames are numbered from here for the whole visit, however often the camera is turned off, replaced or resized. */
const epoch = now();

/**
 * A camera without a device: pictures drawn by a worker in time, each with its number, a patch in the person's colour and a
 * name for whoever looks (see camera-worker.js). `source: 'screen'` draws a page of text that changes.
 */
export class SyntheticCamera {
  #worker = workerOf('camera-worker.js');
  #framesPerSecond;
  #stopped = false;
  track;

  constructor({ framesPerSecond = 15, ...picture }) {
    this.#framesPerSecond = framesPerSecond;
    const generator = new window.MediaStreamTrackGenerator({ kind: 'video' });
    const { writable } = generator;
    this.#worker.postMessage({ start: { epoch, framesPerSecond, writable, ...picture } }, [writable]);
    const stop = generator.stop.bind(generator);
    generator.stop = () => {
      this.#stopped = true;
      this.#worker.terminate();
      stop();
    };
    generator.contentHint = picture.source === 'screen' ? 'detail' : 'motion';
    this.track = generator;
  }

  get isRunning() {
    return !this.#stopped;
  }

  /** From the next picture on. */
  resize({ width, height }) {
    this.#worker.postMessage({ size: { width, height } });
  }

  /** The first picture that is due at least so many ms from now: its number, and when it is due in ms since the epoch. */
  frameAfter(leadMs) {
    const frame = Math.ceil(((now() + leadMs - epoch) * this.#framesPerSecond) / 1000);
    return { frame, at: epoch + (frame * 1000) / this.#framesPerSecond };
  }

  /** Has the patch be white from that picture on; resolves with when that one was really made. */
  flash({ frame, frames }) {
    const worker = this.#worker;
    worker.postMessage({ flash: { frame, frames } });
    return new Promise((resolve) => {
      worker.addEventListener('message', function hear({ data }) {
        if (data.flashed !== frame) return;
        worker.removeEventListener('message', hear);
        resolve(data.at);
      });
    });
  }
}

function now() {
  return performance.timeOrigin + performance.now();
}
