import type { SeenMicrophone } from '../domain/microphone-control.ts';

/** A page's devices at one moment. */
export interface SeenDevices {
  /** When the page was asked, by `performance.now()`. */
  readonly askedAt: number;
  readonly microphone: SeenMicrophone;
  readonly camera: 'on' | 'off' | 'unknown';
}

export const noDevices: SeenDevices = {
  askedAt: -Infinity,
  microphone: { shown: 'unknown', isInvited: false },
  camera: 'unknown',
};
