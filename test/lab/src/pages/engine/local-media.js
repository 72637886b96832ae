import { Emitter } from './emitter.js';

// A prompt that nobody answers must not keep somebody out of a meeting.
const promptMs = 3000;

/**
 * This participant's own microphone, camera and screen. One MediaStream for the whole visit, so that its id is stable, and one for the
 * screen. Emits `track` ({kind: 'audio' | 'video' | 'screen', track | null}) and `state` ({mic, camera, share}; `share` is
 * the id of the screen's stream), `refused` where the host does not let this participant unmute. A missing device is a state, not an error.
 */
export class LocalMedia extends Emitter {
  stream = new MediaStream();
  screen = new MediaStream();
  /** What a sender is asked for, by kind: see encodings.js. */
  encodings = {};
  /** Sound takes another way than receivers. */
  isSoundAside = false;
  #hasShared = false;
  mic = false;
  camera = false;
  mayUnmute = true;

  get state() {
    const share = this.track('screen') ? this.screen.id : null;
    return { mic: this.mic, camera: this.camera, ...(this.#hasShared && { share }) };
  }

  track(kind) {
    if (kind === 'screen') return this.screen.getTracks()[0] ?? null;
    return this.stream.getTracks().find((track) => track.kind === kind) ?? null;
  }

  /** Asks for what is wanted; what cannot be had stays off. */
  async start({ mic, camera }) {
    if (mic) await this.setMic(true);
    if (camera) await this.setCamera(true);
  }

  /** Unmutes only where that is allowed, or the host has asked for it. */
  async setMic(isOn, { isInvited = false } = {}) {
    if (isOn && !this.mayUnmute && !isInvited) return this.emit('refused');
    if (isOn && !this.track('audio')) this.#replace('audio', await acquire({ audio: true }));
    const track = this.track('audio');
    if (track) track.enabled = isOn;
    this.mic = isOn && track !== null;
    this.emit('state', this.state);
  }

  async allowUnmuting(isAllowed) {
    this.mayUnmute = isAllowed;
    if (!isAllowed) return this.setMic(false);
    this.emit('state', this.state);
  }

  /** Another device in the place of this one, muted if this one is. */
  async swapMic() {
    const track = await acquire({ audio: true });
    if (!track) return;
    track.enabled = this.mic;
    this.#replace('audio', track);
  }

  /** Another camera in the place of this one. */
  async swapCamera() {
    if (this.camera) this.#replace('video', await acquire({ video: true }));
  }

  /** Shows a screen's track, or ends it with null. */
  setScreen(track) {
    this.#hasShared = true;
    this.#replace('screen', track);
    this.emit('state', this.state);
  }

  async setCamera(isOn) {
    if (isOn && !this.track('video')) this.#replace('video', await acquire({ video: { width: 320, height: 180 } }));
    // A camera that is off is released: its light goes out.
    if (!isOn) this.#replace('video', null);
    this.camera = this.track('video') !== null;
    this.emit('state', this.state);
  }

  stop() {
    for (const stream of [this.stream, this.screen])
      for (const track of stream.getTracks()) {
        track.stop();
        stream.removeTrack(track);
      }
    this.mic = false;
    this.camera = false;
  }

  #replace(kind, track) {
    const old = this.track(kind);
    if (old === track) return;
    const stream = kind === 'screen' ? this.screen : this.stream;
    if (old) {
      old.stop();
      stream.removeTrack(old);
    }
    if (track) stream.addTrack(track);
    this.emit('track', { kind, track });
  }
}

async function acquire(constraints) {
  const request = navigator.mediaDevices?.getUserMedia(constraints) ?? Promise.reject(new Error('no media devices'));
  const patience = new Promise((resolve) => setTimeout(resolve, promptMs, null));
  try {
    const stream = await Promise.race([request, patience]);
    return stream?.getTracks()[0] ?? null;
  } catch {
    return null;
  }
}
