/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

/** By what means a picture is encoded; what a page cannot send fails the join. */
export interface EncodingOptions {
  /** Default what the two sides agree on, VP8. */
  codec?: 'VP8' | 'VP9' | 'H264' | 'AV1';
  /** A scalability mode of WebRTC's, `L1T3` or `L2T3_KEY` for example: layers within one stream. */
  svc?: string;
}

/** Picture size and rate of a synthetic camera. */
export interface CameraOptions extends EncodingOptions {
  /** Several pictures at once, each with half the width of the next and none with less than 320; through a forwarding unit alone. */
  simulcast?: boolean;
  width?: number;
  height?: number;
  framesPerSecond?: number;
  /** Flash and beep by itself so often. */
  flashEverySeconds?: number;
}

export interface ScreenOptions extends Pick<EncodingOptions, 'codec'> {
  /** Stands in each of its lines. */
  text?: string;
  /** Default 1280x720 at 5 frames a second. */
  width?: number;
  height?: number;
  framesPerSecond?: number;
}

export type PictureSource = 'camera' | 'screen';

/** A white patch and a tone of 1 kHz, 80 ms, that began together. */
export interface Flash {
  /** Number of the first white picture. */
  frame: number;
  /** When it and the tone were due, milliseconds since the epoch. */
  at: number;
  /** How much later the later of the two was really handed over, in milliseconds; a busy machine may keep a thread waiting. */
  lateMs: number;
}

/** One picture as it was received, scaled to 160x90 for reading its number and colours. */
export interface CapturedFrame {
  /** When the page had it, milliseconds since the epoch. */
  at: number;
  /** Before it was scaled. */
  sentWidth: number;
  sentHeight: number;
  width: number;
  height: number;
  /** Three bytes a point. */
  pixels: Uint8Array;
}

/** Sound as it was played, in pieces of 10 ms. */
export interface CapturedSound {
  at: number;
  sampleRate: number;
  samples: Int16Array;
}

export interface Capture {
  frames: CapturedFrame[];
  sound: CapturedSound[];
  /** How long the page's own jitter buffers kept pictures and sound, in the mean: what is late beyond that came late. */
  pictureDelayMs: number;
  soundDelayMs: number;
}

/** What is received of one picture, from WebRTC's statistics. */
export interface ReceivedPicture {
  /** `VP8`, `VP9`, `H264` or `AV1`. */
  codec: string;
  width: number;
  height: number;
  frames: number;
  keyframes: number;
}

/** Apart enough to be told from each other after any encoder, and none nearly as bright as a flash. */
const personColours: readonly Rgb[] = [
  [208, 32, 32],
  [32, 144, 48],
  [48, 64, 216],
  [208, 128, 16],
  [144, 48, 176],
  [16, 136, 136],
  [112, 64, 32],
  [120, 120, 16],
];

/** The patch of every screen that is shown. */
export const screenColour: Rgb = [96, 96, 96];

/** The patch of who joins as the so-manieth, from 0; after eight people they begin again. */
export function colourOf(ordinal: number): Rgb {
  return personColours[ordinal % personColours.length] ?? screenColour;
}

export function cssOf(colour: Rgb): string {
  return `rgb(${colour.join(' ')})`;
}

/** What a page hands over of a capture. */
export interface PageCapture extends Pick<Capture, 'pictureDelayMs' | 'soundDelayMs'> {
  grid: { width: number; height: number };
  frames: { at: number; width: number; height: number; rgb: string }[];
  chunks: { at: number; sampleRate: number; pcm: string }[];
}

export function captureOf({ grid, frames, chunks, ...delays }: PageCapture): Capture {
  return {
    ...delays,
    frames: frames.map(({ at, width, height, rgb }) => ({
      at,
      sentWidth: width,
      sentHeight: height,
      ...grid,
      pixels: Buffer.from(rgb, 'base64'),
    })),
    sound: chunks.map(({ at, sampleRate, pcm }) => {
      const bytes = Uint8Array.from(Buffer.from(pcm, 'base64'));
      return { at, sampleRate, samples: new Int16Array(bytes.buffer) };
    }),
  };
}
