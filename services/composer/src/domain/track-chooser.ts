/** How long another has to be the loudest, in all, before the picture goes to them: less is a cough. */
const SWITCH_MS = 800;

export interface WatchedTrack {
  readonly trackId: string;
  readonly source: 'webcam' | 'screen-share' | 'tab';
  /** Empty while it is not known whose it is. */
  readonly participantId: string;
}

/** Which track a live video shows: the newest screen share, else the webcam of whoever speaks or spoke last, else any. */
export class TrackChooser {
  readonly #tracks = new Map<string, WatchedTrack>();
  #speaker = '';
  /** Who may be the next, and for how long they were the loudest. */
  #candidate = { participantId: '', ms: 0 };

  /** A track exists, or what is known of it has changed. */
  add(track: WatchedTrack): void {
    this.#tracks.set(track.trackId, track);
  }

  end(trackId: string): void {
    this.#tracks.delete(trackId);
  }

  /** Who was the loudest for so long; nobody where it is empty. */
  hear(participantId: string, ms: number): void {
    if (participantId === '' || !this.#webcamOf(participantId)) return;
    if (participantId === this.#speaker) this.#candidate = { participantId: '', ms: 0 };
    else if (participantId !== this.#candidate.participantId) this.#candidate = { participantId, ms };
    else this.#candidate.ms += ms;
    if (this.#candidate.ms < SWITCH_MS) return;
    this.#speaker = participantId;
    this.#candidate = { participantId: '', ms: 0 };
  }

  /** Undefined where nobody is to be seen. */
  get trackId(): string | undefined {
    const tracks = [...this.#tracks.values()];
    const newest = (source: WatchedTrack['source']) => tracks.findLast((track) => track.source === source);
    const first = tracks.find((track) => track.source === 'webcam');
    return (newest('screen-share') ?? this.#webcamOf(this.#speaker) ?? first ?? newest('tab'))?.trackId;
  }

  #webcamOf(participantId: string): WatchedTrack | undefined {
    if (participantId === '') return undefined;
    return [...this.#tracks.values()].findLast(
      (track) => track.source === 'webcam' && track.participantId === participantId,
    );
  }
}
