import { SECOND } from '@earshot/kernel';
import type { VideoBatch, VideoCodec, VideoFrame, VideoGap, VideoTrackChange } from './video-frame.ts';
import type { StoredFrame } from './video-segment.ts';
import type { VideoTrack, VideoTrackUpdate } from './video-track.ts';

/** How much of a visit's time one segment has; the first one less, so that soon something is safe. */
const CUT_MS = 4 * SECOND;
const FIRST_CUT_MS = 2 * SECOND;
/** More than this is a segment, however short its time; and what one visit may have waiting for the store: two minutes of 2.5 Mbit/s. */
const CUT_BYTES = 4 * 1024 * 1024;
const MOST_BYTES = 40 * 1024 * 1024;
/** No encoder makes a larger frame of a meeting, and no reader takes one. */
const LARGEST_FRAME = 2 * 1024 * 1024;
/** A page may name as many tracks as it likes. */
const MOST_TRACKS = 200;
const nobody = { source: 'webcam', participantId: '', hasEnded: false } as const;

/** What came between two cuts. */
export interface VideoCut {
  /** The last batch in it. */
  readonly sequence: number;
  readonly tracks: readonly VideoTrackUpdate[];
  /** Of memory. */
  readonly bytes: number;
}

/** A frame that was taken in. */
export interface TakenFrame extends StoredFrame {
  readonly trackId: string;
  readonly codec: VideoCodec;
}

/** What came of a batch. */
export interface TakenBatch {
  readonly taken: readonly TakenFrame[];
  /** Tracks, as their page has them, that wait for a key frame. */
  readonly waiting: ReadonlySet<string>;
  /** Tracks that there are since, or of which something is known since. */
  readonly changes: readonly VideoTrackChange[];
}

/** Room for frames, shared with other visits. */
export interface Room {
  take(bytes: number): boolean;
  release(bytes: number): void;
}

export interface VideoBufferOptions {
  readonly room: Room;
  readonly shiftMs: number;
  readonly idPrefix: string;
  /** Of this epoch and those before, as they are stored. */
  readonly tracks: readonly VideoTrack[];
}

interface Pending {
  readonly codec: VideoCodec;
  /** The page's id of the track. */
  readonly pageId: string;
  frames: StoredFrame[];
  droppedFrames: number;
  /** Goes on with its next key frame: nothing else could be decoded. */
  isBroken: boolean;
  /** What comes next continues nothing. */
  isAfterGap: boolean;
  isChanged: boolean;
}

/**
 * Gathers a visit's frames between two cuts. What finds no room is dropped, up to the track's next key frame, and counted: the
 * rest of it could not be decoded.
 */
export class VideoBuffer {
  readonly #options: VideoBufferOptions;
  readonly #pending = new Map<string, Pending>();
  readonly #known = new Map<string, Omit<VideoTrackChange, 'trackId'>>();
  readonly #active = new Map<string, VideoCodec>();
  #sequence = 0;
  #bytes = 0;
  #waitingBytes = 0;
  #cutAtMs: number | undefined;
  #cuts = 0;

  constructor(options: VideoBufferOptions) {
    this.#options = options;
    const { idPrefix } = options;
    for (const { trackId, codec, source, participantId, hasEnded, isBroken, ...track } of options.tracks) {
      if (track.idPrefix !== idPrefix) continue;
      const pageId = pageIdOf(trackId.slice(idPrefix.length), codec, (id) => this.#known.has(id));
      this.#known.set(pageId, { source, participantId, hasEnded });
      this.#pending.set(trackId, { ...empty(codec, pageId), isBroken, isAfterGap: isBroken, isChanged: false });
    }
  }

  /** Whether something waits to be cut. */
  get hasMore(): boolean {
    return this.#sequence > 0;
  }

  /** Tracks of this epoch, as far as they are known. */
  get tracks(): VideoTrackChange[] {
    return [...this.#known.keys()].flatMap((pageId) => this.#tracksOf(pageId));
  }

  /** As its page has it; undefined for an unknown track. */
  pageIdOf(trackId: string): string | undefined {
    return this.#pending.get(trackId)?.pageId;
  }

  /** Takes a batch in. */
  add(batch: VideoBatch): TakenBatch {
    const before = this.#pending.size;
    this.#sequence = batch.sequence;
    this.#cutAtMs ??= batch.clockMs;
    for (const change of batch.changes) this.#change(change);
    const gaps = [...batch.gaps];
    const taken: TakenFrame[] = [];
    const waiting = new Set<string>();
    for (const { trackId, codec, ...frame } of batch.frames) {
      const isBefore = (gap: VideoGap) =>
        gap.trackId === trackId && (gap.atMs < frame.arrivedMs || (frame.isKey && gap.atMs === frame.arrivedMs));
      for (let at = gaps.findIndex(isBefore); at >= 0; at = gaps.findIndex(isBefore)) this.#break(gaps.splice(at, 1));
      const stored = this.#take({ pageId: trackId, codec }, frame);
      if (stored) taken.push(stored);
      else if (this.#hasRoom) waiting.add(trackId);
    }
    this.#break(gaps);
    const news = [...this.#pending.values()].slice(before).map(({ pageId }) => pageId);
    const changed = new Set([...batch.changes.map(({ trackId }) => trackId), ...news]);
    return { taken, waiting, changes: [...changed].flatMap((pageId) => this.#tracksOf(pageId)) };
  }

  /** Batches are missing: every track goes on with its next key frame. */
  breakAll(): void {
    for (const track of this.#pending.values()) Object.assign(track, { isBroken: true, isAfterGap: true });
  }

  /** Whether it is time to cut, when the meeting clock shows `clockMs`. */
  isDue(clockMs: number): boolean {
    const dueMs = this.#cuts === 0 ? FIRST_CUT_MS : CUT_MS;
    return this.#bytes >= CUT_BYTES || clockMs - (this.#cutAtMs ?? clockMs) >= dueMs;
  }

  /** All that came since the last cut; undefined where nothing did. Its memory is held until it is released. */
  cut(): VideoCut | undefined {
    if (!this.hasMore) return undefined;
    const tracks = [...this.#pending].flatMap(([trackId, pending]) => {
      if (!pending.isChanged) return [];
      const { codec, pageId, frames, droppedFrames, isBroken } = pending;
      const known = this.#known.get(pageId) ?? nobody;
      Object.assign(pending, { frames: [], droppedFrames: 0, isChanged: false });
      return [{ ...known, trackId, codec, frames, droppedFrames, isBroken }];
    });
    const cut = { sequence: this.#sequence, tracks, bytes: this.#bytes };
    this.#sequence = 0;
    this.#bytes = 0;
    this.#cutAtMs = undefined;
    this.#cuts++;
    return cut;
  }

  /** What was cut is stored, or dropped. */
  release({ bytes }: Pick<VideoCut, 'bytes'>): void {
    this.#waitingBytes -= bytes;
    this.#options.room.release(bytes);
  }

  get #hasRoom(): boolean {
    return this.#waitingBytes < MOST_BYTES / 2;
  }

  /** A page's track under its ids here: one for each codec; before there are frames, the first one's. */
  #tracksOf(pageId: string): VideoTrackChange[] {
    const known = this.#known.get(pageId);
    if (!known) return [];
    const ids = [...this.#pending].flatMap(([trackId, pending]) => (pending.pageId === pageId ? [trackId] : []));
    const first = `${this.#options.idPrefix}${pageId}`;
    return (ids.length > 0 ? ids : [first]).map((trackId) => ({ ...known, trackId }));
  }

  #change({ trackId: pageId, ...change }: VideoTrackChange): void {
    if (!this.#known.has(pageId) && this.#known.size >= MOST_TRACKS) return;
    this.#known.set(pageId, change);
    for (const pending of this.#pending.values()) if (pending.pageId === pageId) pending.isChanged = true;
  }

  #break(gaps: readonly VideoGap[]): void {
    for (const { trackId, frames } of gaps) {
      const codec = this.#active.get(trackId);
      const tracks = [...this.#pending.values()].filter(({ pageId }) => pageId === trackId);
      for (const track of tracks) Object.assign(track, { isBroken: true, isAfterGap: true, isChanged: true });
      const counting = tracks.find((track) => track.codec === codec) ?? tracks[0];
      if (counting) counting.droppedFrames += frames;
    }
  }

  #take({ pageId, codec }: { pageId: string; codec: VideoCodec }, frame: VideoFrame): TakenFrame | undefined {
    const found = this.#trackOf(pageId, codec);
    if (!found) return undefined;
    const { trackId, track } = found;
    // A decoder of one codec has nothing of another's frames.
    if (this.#active.get(pageId) !== undefined && this.#active.get(pageId) !== codec)
      Object.assign(track, { isBroken: true, isAfterGap: true });
    this.#active.set(pageId, codec);
    track.isChanged = true;
    if ((track.isBroken && !frame.isKey) || !this.#reserve(frame.payload.byteLength)) {
      Object.assign(track, { isBroken: true, isAfterGap: true });
      track.droppedFrames++;
      return undefined;
    }
    const stored = { ...frame, arrivedMs: frame.arrivedMs + this.#options.shiftMs, isAfterGap: track.isAfterGap };
    Object.assign(track, { isBroken: false, isAfterGap: false });
    track.frames.push(stored);
    return { ...stored, trackId, codec };
  }

  #reserve(bytes: number): boolean {
    if (bytes === 0 || bytes > LARGEST_FRAME || this.#waitingBytes + bytes > MOST_BYTES) return false;
    if (!this.#options.room.take(bytes)) return false;
    this.#bytes += bytes;
    this.#waitingBytes += bytes;
    return true;
  }

  #trackOf(pageId: string, codec: VideoCodec): { trackId: string; track: Pending } | undefined {
    const first = `${this.#options.idPrefix}${pageId}`;
    const isFirst = (this.#pending.get(first)?.codec ?? codec) === codec;
    const trackId = isFirst ? first : `${first}/${codec}`;
    const known = this.#pending.get(trackId);
    if (known) return { trackId, track: known };
    if (this.#pending.size >= MOST_TRACKS) return undefined;
    if (!this.#known.has(pageId)) this.#known.set(pageId, nobody);
    // Nothing can be decoded before its first key frame.
    const track = { ...empty(codec, pageId), isBroken: true };
    this.#pending.set(trackId, track);
    return { trackId, track };
  }
}

function empty(codec: VideoCodec, pageId: string): Pending {
  return { codec, pageId, frames: [], droppedFrames: 0, isBroken: false, isAfterGap: false, isChanged: false };
}

/** Whose stored track goes on with another codec has that behind its id. */
function pageIdOf(id: string, codec: VideoCodec, isKnown: (id: string) => boolean): string {
  const suffix = `/${codec}`;
  const first = id.endsWith(suffix) ? id.slice(0, -suffix.length) : id;
  return isKnown(first) ? first : id;
}
