/** Milliseconds of the recording; `toMs` is no part of it. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Somebody, for one of their stays. */
export interface Person extends Interval {
  readonly id: string;
  readonly name: string;
}

/** tab: the bot's own view of the meeting, which shows everybody. */
export type PictureSource = 'webcam' | 'screen-share' | 'tab';

/** A track of video, and when it showed something. */
export interface PictureTrack {
  readonly id: string;
  readonly source: PictureSource;
  /** Empty where it is nobody's as far as is known. */
  readonly personId: string;
  /** In order, apart. */
  readonly shown: readonly Interval[];
}

export interface Speech extends Interval {
  readonly personId: string;
}

/** All that a layout is made of. */
export interface Visit {
  readonly durationMs: number;
  readonly people: readonly Person[];
  readonly tracks: readonly PictureTrack[];
  readonly speech: readonly Speech[];
  /** When nothing may be seen. */
  readonly paused: readonly Interval[];
}

export function isWithin({ fromMs, toMs }: Interval, atMs: number): boolean {
  return fromMs <= atMs && atMs < toMs;
}
