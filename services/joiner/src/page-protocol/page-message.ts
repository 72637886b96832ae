/** By what way a track is taken: `none` for one of which nothing comes, `tab` for the page's own picture of itself. */
export type Tap = 'encoded' | 'track' | 'output' | 'tab' | 'none';

/** A receiver's track exists, or a mix that the page plays. */
export interface TrackEvent {
  readonly kind: 'track';
  /** Numbers the tracks of the document. */
  readonly track: number;
  readonly id: string;
  readonly media: 'audio' | 'video';
  readonly tap: Tap;
  readonly why: string;
  /** The number of its connection in this document; undefined for a mix that the page plays. */
  readonly connection: number | undefined;
}

/** The stream that a track came in, by the id that its sender chose; sent where video is taken. */
export interface StreamEvent {
  readonly kind: 'stream';
  readonly track: number;
  readonly stream: string;
}

/** By which certificates a connection is known: fingerprints with the name of their hash (RFC 8122). */
export interface ConnectionEvent {
  readonly kind: 'connection';
  readonly connection: number;
  readonly local: readonly string[];
  readonly remote: readonly string[];
  /** Whether it takes what the page sends. */
  readonly sends: boolean;
}

/** Who has the page's mark of speaking. */
export interface SpeakingEvent {
  readonly kind: 'speaking';
  /** Page clock, milliseconds since 1970. */
  readonly at: number;
  readonly participantIds: readonly string[];
}

export type PageEvent = TrackEvent | StreamEvent | ConnectionEvent | SpeakingEvent;

/** What one document has to report at one moment. */
export interface PageMessage {
  /** A random number by which the document calls itself. */
  readonly document: string;
  readonly isTop: boolean;
  /** Up to when everything was taken: page clock, milliseconds since 1970. */
  readonly at: number;
  /** The tracks of which video frames came. */
  readonly videoTracks: readonly number[];
  /** The connections that stand. */
  readonly connected: readonly number[];
  /** See frame-layout.ts; base64. */
  readonly frames: string;
  readonly events: readonly PageEvent[];
}
