import { SyntheticCamera } from './synthetic-camera.js';

// A worker that is kept waiting for less than this is in time all the same.
const flashLeadMs = 300;
const flashMs = 200;
const beep = { frequency: 1000, durationMs: 80 };

/** The camera and the screen of one of the lab's own people, and the flash and beep by which a recording is measured. */
export class OwnPictures {
  #microphone;
  #options = { name: '' };
  #camera = null;
  #timer;
  #flashes = [];

  constructor(microphone) {
    this.#microphone = microphone;
  }

  /** Every camera from now on is so. */
  set options({ name, width = 320, height = 180, framesPerSecond = 15, colour = '#446', flashEverySeconds }) {
    const hue = [...name].reduce((sum, letter) => sum + letter.codePointAt(0) * 37, 0) % 360;
    this.#options = { name, width, height, framesPerSecond, colour, hue };
    clearInterval(this.#timer);
    if (flashEverySeconds) this.#timer = setInterval(() => void this.#flashIfFilmed(), flashEverySeconds * 1000);
  }

  get flashes() {
    return this.#flashes;
  }

  /** A new camera, which takes the place of the one before. */
  openCamera() {
    this.#camera = new SyntheticCamera(this.#options);
    return this.#camera.track;
  }

  openScreen({ text, width, height, framesPerSecond, colour }) {
    return new SyntheticCamera({ source: 'screen', text, width, height, framesPerSecond, colour }).track;
  }

  resize(size) {
    Object.assign(this.#options, size);
    if (this.#camera?.isRunning) this.#camera.resize(size);
  }

  /** A picture with a white patch and a tone that begin together; resolves with the picture's number and the time. */
  async flash() {
    if (!this.#camera?.isRunning) throw new Error('a flash takes a camera that is on');
    const { frame, at } = this.#camera.frameAfter(flashLeadMs);
    const frames = Math.ceil((flashMs * this.#options.framesPerSecond) / 1000);
    const [shownAt, { startedAt }] = await Promise.all([
      this.#camera.flash({ frame, frames }),
      this.#microphone.beep({ at, ...beep }),
    ]);
    const flash = { frame, at, lateMs: Math.max(shownAt - at, startedAt - at) };
    this.#flashes.push(flash);
    return flash;
  }

  async #flashIfFilmed() {
    if (this.#camera?.isRunning) await this.flash();
  }
}
