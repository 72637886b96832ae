import { swallow, type Clock, type Log } from '@earshot/kernel';
import type { MicrophoneState } from '../domain/bot-voice.ts';
import { microphoneState, nextPress, pressed, see, untouchedMicrophone, want } from '../domain/microphone-control.ts';
import type { MeetingPage } from '../platforms/platform.ts';
import type { WorkerEvent } from './ipc.ts';
import type { RunControls } from './run-controls.ts';

/** How often the camera is turned on, or off again: a press may be lost. */
const CAMERA_PRESSES = 2;

export interface BotDevicesDeps {
  readonly page: Pick<MeetingPage, 'devices' | 'setMicrophone' | 'setCamera'>;
  readonly controls: Pick<RunControls, 'wantsMicrophone' | 'wantsCamera'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly emit: (event: WorkerEvent) => void;
}

/** The bot's microphone and camera by the page's own buttons, as a polite guest has them: off unless they are of use. */
export class BotDevices {
  readonly #deps: BotDevicesDeps;
  #microphone = untouchedMicrophone;
  #reported: MicrophoneState | undefined;
  #isPressing = false;
  /** Something may have changed since what is under way was decided. */
  #isDue = false;
  /** By `performance.now()`. */
  #pressedAt = -Infinity;
  #camera = { isWanted: false, presses: 0, isOurs: false };

  constructor(deps: BotDevicesDeps) {
    this.#deps = deps;
  }

  /** Takes what the page showed at the last look, once a second. */
  async look(): Promise<void> {
    this.#turnMicrophone();
    await this.#turnCamera();
  }

  /** There is something to say: at once, and not at the next look. Reports how the microphone stands then, also where it is as it was. */
  pressMicrophone(): void {
    this.#reported = undefined;
    // Something else than before, which the host may have muted.
    this.#microphone = want(this.#microphone, false);
    this.#turnMicrophone();
  }

  /** Nobody waits for it: a press may have to wait for its turn at the page's input. */
  #turnMicrophone(): void {
    this.#isDue = true;
    if (this.#isPressing) return;
    const { askedAt, microphone } = this.#deps.page.devices();
    // What was asked for before a press came to its end is not what came of it.
    if (askedAt > this.#pressedAt) this.#microphone = see(this.#microphone, microphone);
    this.#isPressing = true;
    void this.#press().finally(() => (this.#isPressing = false));
  }

  /** Presses once for each look and each wish. */
  async #press(): Promise<void> {
    const { page, controls, clock, log } = this.#deps;
    while (this.#isDue) {
      this.#isDue = false;
      const { isWanted } = this.#microphone;
      this.#microphone = want(this.#microphone, controls.wantsMicrophone);
      if (isWanted !== this.#microphone.isWanted) this.#reported = undefined;
      const isOn = nextPress(this.#microphone, clock.now());
      if (isOn !== undefined) {
        const shown = await page.setMicrophone(isOn).catch((error: unknown) => {
          swallow(log, error, 'pressed again at the next look');
          return this.#microphone.shown;
        });
        this.#pressedAt = performance.now();
        this.#microphone = pressed(this.#microphone, { isOn, shown, now: clock.now() });
      }
      this.#report();
    }
  }

  #report(): void {
    const { clock, emit } = this.#deps;
    const state = microphoneState(this.#microphone, clock.now());
    if (!this.#microphone.isWanted || state === this.#reported) return;
    this.#reported = state;
    emit({ case: 'microphone', state });
  }

  /** A camera that a host turns off again stays off in the end; one that was on without us stays on. */
  async #turnCamera(): Promise<void> {
    const { page, controls, log } = this.#deps;
    const isWanted = controls.wantsCamera;
    if (isWanted !== this.#camera.isWanted) this.#camera = { ...this.#camera, isWanted, presses: 0 };
    const { camera } = page.devices();
    const isDue = isWanted ? camera === 'off' : camera === 'on' && this.#camera.isOurs;
    if (!isDue || this.#camera.presses >= CAMERA_PRESSES) return;
    const isPressed = await page.setCamera(isWanted).catch((error: unknown) => {
      swallow(log, error, 'pressed again at the next look');
      return false;
    });
    if (isPressed) this.#camera = { isWanted, presses: this.#camera.presses + 1, isOurs: isWanted };
  }
}
