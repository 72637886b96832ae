import type { Page } from 'playwright-core';
import { AppError } from '@earshot/kernel';
import { closeContext } from './close-context.ts';
import {
  captureOf,
  colourOf,
  cssOf,
  screenColour,
  type CameraOptions,
  type Capture,
  type Flash,
  type PageCapture,
  type PictureSource,
  type ReceivedPicture,
  type Rgb,
  type ScreenOptions,
} from './pictures.ts';
import type { Person } from './protocol.ts';
import type { SpeechFile } from './speech.ts';
import { within } from './within.ts';

export interface JoinOptions {
  name: string;
  /** A moving picture, 320x180 at 15 frames a second unless said otherwise. Default none. */
  camera?: boolean | CameraOptions;
  /** Of the patch in the camera's picture. Default another for each of the first eight who are brought in. */
  colour?: Rgb;
  /** Neither hears nor is heard by others of the crowd, to be many on a small machine. Default false. */
  isCrowd?: boolean;
}

/** When a sound entered the microphone and when it ended, milliseconds since the epoch. */
export interface Spoken {
  startedAt: number;
  endedAt: number;
}

/** What one participant receives from another, from WebRTC's own statistics (sums since the connection began). */
export interface Heard {
  /** Sum of squared levels times seconds; grows only while there is sound. */
  audioEnergy: number;
  audioBytes: number;
  videoFrames: number;
  /** Keyframe requests (PLI and FIR) that this participant got from the other, as a sender; counted by the room under `forwarder`. */
  keyframeRequests: number;
}

export interface Recorded {
  startedAt: number;
  delayMs: number;
  samples: Int16Array;
}

/** All that somebody received of another's sound since `listen`, as it was played. */
export interface Listening {
  /**
   * 48 kHz, mono. `startedAt`: when the first of the samples was handed over to be played, milliseconds since the epoch. Resolves at
   * `until`, a time like that, where it is given: what is said reaches others a little later. `delayMs`: how long the page's own jitter
   * buffer kept what came, in the mean.
   */
  recorded(options?: { until?: number }): Promise<Recorded>;
  stop(): Promise<void>;
}

/** A person in the meeting: a page in the lab's browser, with a synthetic microphone and camera. */
export interface LabParticipant {
  readonly id: string;
  readonly name: string;
  /** Of the patch in the camera's picture. */
  readonly colour: Rgb;
  /** For looking at the page, screenshots for example. */
  readonly page: Page;
  /** Plays a text (flite's voice) or a WAV file into the microphone; resolves when it has been played to the end. */
  say(speech: string | { wavPath: string }): Promise<Spoken>;
  mute(): Promise<void>;
  unmute(): Promise<void>;
  /** Takes another microphone: a new track in the place of the old. */
  swapMicrophone(): Promise<void>;
  /** On, off, or on with pictures of another size from now on. */
  setCamera(state: boolean | { width: number; height: number }): Promise<void>;
  /** Takes another camera: a new track in the place of the old. */
  swapCamera(): Promise<void>;
  /** A white patch and a tone that begin together, exact to a few milliseconds. Rejects without a camera that is on. */
  flash(): Promise<Flash>;
  /** All flashes so far, those included that `flashEverySeconds` made. */
  flashes(): Promise<Flash[]>;
  /** Shows a page of text that changes each second, beside the camera. */
  shareScreen(options?: ScreenOptions): Promise<void>;
  stopSharing(): Promise<void>;
  sendChat(text: string): Promise<void>;
  /** Has the platform write captions of what this person says, without a sound: a new row, or the last one anew in place. */
  caption(text: string, options?: { isAgain?: boolean }): Promise<void>;
  /** What is received from each of the others, by name. */
  heard(): Promise<Record<string, Heard>>;
  /** Colours of what another's camera shows, as received: 3 rows of 3 points, each `[red, green, blue]`. Undefined without a picture. */
  sees(name: string): Promise<number[][][] | undefined>;
  /** Records the sound that comes from another from now on; waits up to five seconds for there to be any. */
  listen(name: string): Promise<Listening>;
  /** Every picture and sound that comes from another in that time. Default source the camera. */
  capture(name: string, options: { durationMs: number; source?: PictureSource }): Promise<Capture>;
  /** Asks the forwarding unit for the layer of another's camera that has so many lines at least; the largest is what comes unasked. */
  wantPicture(name: string, options: { height: number }): Promise<void>;
  /** What is received of another's picture; undefined where nothing is. Default source the camera. */
  received(name: string, source?: PictureSource): Promise<ReceivedPicture | undefined>;
  /** Bytes of sound that were sent to each of the others, by name; all to `forwarder` under that variant. */
  sentTo(): Promise<Record<string, number>>;
  /** Says goodbye, then closes the page. */
  leave(): Promise<void>;
  /** Closes the page without a goodbye, as when a tab or a laptop is shut. */
  vanish(): Promise<void>;
}

export interface ParticipantDeps {
  page: Page;
  speechFile(text: string): Promise<SpeechFile>;
  /** Makes a WAV file available to the page and returns its path on the lab's site. */
  publish(wavPath: string): string;
}

/** A page that hangs has no limit of its own. What takes its time by nature has that on top. */
const CALL_MS = 60_000;
/** More than flite needs for a letter. */
const LETTER_MS = 200;
/** Longer than any file that is played here. */
const FILE_MS = 600_000;

const screenDefaults = {
  text: 'what somebody shows to the others',
  width: 1280,
  height: 720,
  framesPerSecond: 5,
  colour: cssOf(screenColour),
};

/** Drives the `window.lab` of a page that was opened with a participant token; resolves once in the room. */
export async function joinAsParticipant(options: JoinOptions, deps: ParticipantDeps): Promise<LabParticipant> {
  const { page } = deps;
  const callFor = <T>(takesMs: number, method: string, ...args: readonly unknown[]) => {
    const answer = page.evaluate<T>(`window.lab.${method}(...${JSON.stringify(args)})`);
    return within(CALL_MS + takesMs, `${options.name}: ${method}`, answer);
  };
  const call = <T>(method: string, ...args: readonly unknown[]) => callFor<T>(0, method, ...args);

  const camera = typeof options.camera === 'object' ? options.camera : {};
  const { colour = colourOf(0) } = options;
  const self = await call<Person>('join', options.name, {
    hasCamera: Boolean(options.camera),
    isCrowd: Boolean(options.isCrowd),
    colour: cssOf(colour),
    ...camera,
  });

  return {
    id: self.id,
    name: self.name,
    colour,
    page,
    async say(speech) {
      const { path } = typeof speech === 'string' ? await deps.speechFile(speech) : { path: speech.wavPath };
      const text = typeof speech === 'string' ? speech : '';
      return callFor<Spoken>(text.length * LETTER_MS || FILE_MS, 'say', deps.publish(path), text);
    },
    mute: () => call('setMic', false),
    unmute: () => call('setMic', true),
    swapMicrophone: () => call('swapMic'),
    async setCamera(state) {
      if (typeof state === 'object') await call('resizeCamera', state);
      await call('setCamera', Boolean(state));
    },
    swapCamera: () => call('swapCamera'),
    flash: () => call('flash'),
    flashes: () => call('flashes'),
    shareScreen: (screen = {}) => call('shareScreen', { ...screenDefaults, ...screen }),
    stopSharing: () => call('stopSharing'),
    async sendChat(text) {
      if (text === '') throw new AppError('invalid-argument', 'an empty chat message');
      await call('sendChat', text);
    },
    caption: (text, again = {}) => call('caption', text, again),
    heard: () => call('heard'),
    sees: async (name) => (await call<number[][][] | null>('sees', name)) ?? undefined,
    async capture(name, { durationMs, source = 'camera' }) {
      return captureOf(await callFor<PageCapture>(durationMs, 'capture', name, { durationMs, source }));
    },
    async listen(name) {
      const number = await call<number>('listen', name);
      return {
        async recorded({ until = 0 } = {}) {
          const { pcm, ...times } = await call<Omit<Recorded, 'samples'> & { pcm: string }>('recorded', number, until);
          return { ...times, samples: new Int16Array(Uint8Array.from(Buffer.from(pcm, 'base64')).buffer) };
        },
        stop: () => call('stopListening', number),
      };
    },
    wantPicture: (name, { height }) => call('want', name, height),
    received: async (name, source = 'camera') =>
      (await call<ReceivedPicture | null>('received', name, { source })) ?? undefined,
    sentTo: () => call('sentTo'),
    async leave() {
      await call('leave');
      await closeContext(page.context());
    },
    vanish: () => closeContext(page.context()),
  };
}
