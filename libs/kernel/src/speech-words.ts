/** One speaker's words by the meeting's own captions. */
export interface Caption {
  /** One speaker's captions: the same for the same name. */
  readonly trackId: string;
  /** Empty while unknown. */
  readonly participantId: string;
  /** As the page writes it; empty when it shows none. */
  readonly speakerName: string;
  readonly text: string;
  /** Meeting clock, milliseconds. Finals of one track follow one another. */
  readonly startMs: number;
  readonly endMs: number;
  /** Else it may change: the next one of the track takes its place. */
  readonly isFinal: boolean;
}

/** Whose a track is, as far as it is known. */
export interface TrackOwner {
  readonly trackId: string;
  /** Empty while it is nobody's. */
  readonly participantId: string;
  /** Empty while unknown. */
  readonly name: string;
}
