import { SECOND, type Clock } from '@earshot/kernel';
import { type VideoBatch, type VideoCodec, type VideoFrame } from '../domain/video-batch.ts';
import { chooseTracks, type VideoLimits } from '../domain/video-budget.ts';
import { decodeVideoMessage, type PageVideoFrame } from '../page-protocol/video-layout.ts';
import { EarlyMessages } from './early-messages.ts';
import type { MediaCollector } from './media-collector.ts';
import type { MediaTrack } from './page-media.ts';
import { VideoTracks, type KnownTrack } from './video-tracks.ts';

/** What a page may send, bytes a second: far beyond any budget, and no more than this process can look at. */
const MAX_BYTES_PER_SECOND = 16 * 1024 * 1024;
/** Between two requests for a key frame of one track. */
const ASK_EVERY_MS = 5 * SECOND;
/** Rates are those of so long. */
const RATE_MS = 2 * SECOND;
/** For the first key frame of a track to come of itself. */
const FIRST_KEY_FRAME_MS = 2 * SECOND;
/** A frame that came so far from when its message came was not received then. */
const CREDIBLE_MS = 10 * SECOND;

export interface VideoCollectorDeps {
  readonly clock: Clock;
  readonly collector: Pick<MediaCollector, 'documentOf' | 'startedAt' | 'meetingMs' | 'media' | 'pause'>;
  readonly limits: VideoLimits;
  /** Answers whether it was taken: there is a bound to what may be on its way. */
  readonly onBatch: (batch: VideoBatch) => boolean;
  /** Has the page film itself; absent where its receivers give video. */
  readonly captureTab?: (() => void) | undefined;
  /** Asks the sender of a document's track for a key frame. */
  readonly askForKeyFrame: (document: string, track: number) => void;
}

/** What a visit's video came to. */
export interface VideoCounts {
  frames: number;
  dropped: number;
  /** Messages of the page, or parts of them, without the known form, and what came too early or too fast. */
  refused: number;
  keyFramesAsked: number;
  /** The page's own picture of itself, in the place of what receivers did not give. */
  readonly isFilmed: boolean;
  /** Tracks by their codec. */
  readonly codecs: Partial<Record<VideoCodec, number>>;
}

/** Makes batches on the meeting clock out of the encoded frames that a page sends by its socket. */
export class VideoCollector {
  readonly tracks: VideoTracks;
  readonly #deps: VideoCollectorDeps;
  readonly #early = new EarlyMessages();
  readonly #counts = { frames: 0, refused: 0, keyFramesAsked: 0 };
  #isBegun = false;
  #isOver = false;
  #out: VideoFrame[] = [];
  #second = { number: 0, bytes: 0 };
  #ratedAt = 0;

  constructor(deps: VideoCollectorDeps) {
    this.#deps = deps;
    this.tracks = new VideoTracks(deps.collector.media);
  }

  counts(): VideoCounts {
    const codecs: Partial<Record<VideoCodec, number>> = {};
    for (const { codec } of this.tracks.ever) if (codec) codecs[codec] = (codecs[codec] ?? 0) + 1;
    const dropped = this.tracks.ever.reduce((sum, track) => sum + track.dropped, 0);
    const isFilmed = this.tracks.ever.some(({ source, hasBegun }) => source === 'tab' && hasBegun);
    return { ...this.#counts, dropped, isFilmed, codecs };
  }

  /** Takes one message of the page. */
  collect(bytes: Buffer): void {
    if (this.#isOver) return;
    if (!this.#isWithinRate(bytes.length)) return this.#refuse();
    const message = decodeVideoMessage(bytes);
    if (!message) return this.#refuse();
    const { document: number, frames, refused } = message;
    const document = this.#deps.collector.documentOf(String(number));
    const isKnown = document && frames.every(({ track }) => document.media.tracks.has(track));
    if (!isKnown || this.#early.has(number)) {
      if (!this.#early.keep(number, bytes)) this.#refuse();
      return;
    }
    this.#counts.refused += refused;
    for (const frame of inOrder(frames)) {
      const media = document.media.tracks.get(frame.track);
      const cameAt = this.#credible(frame.arrivedAt + document.offsetMs);
      if (media) this.#take(frame, { media, document: String(number), cameAt });
    }
    this.#emit();
  }

  /** The page has reported: what came before it was known may be of use. */
  retry(): void {
    for (const bytes of this.#early.takeAll()) this.collect(bytes);
  }

  /** Once a second: who is who, what has ended, what there is room for. */
  look(): void {
    this.#begin();
    this.#filmPage();
    this.#chooseTracks();
    this.#emit();
  }

  requestKeyFrame(trackId: string): void {
    const known = this.tracks.current(trackId);
    if (known) this.#ask(known);
  }

  /** Emits what is left; nothing more is taken: what a page shows once the bot leaves is no part of the meeting. Idempotent. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const { track } of this.tracks.all()) this.#send(track.flush());
    this.#emit();
  }

  #take(
    { track: number, ...frame }: PageVideoFrame,
    { media, document, cameAt }: { media: MediaTrack; document: string; cameAt: number },
  ): void {
    if (media.isAudio || this.#deps.collector.media.isLoop(media)) return;
    this.#begin();
    const now = this.#deps.clock.now();
    const known = this.tracks.of(media, { document, number, now, maxWebcams: this.#deps.limits.maxWebcams });
    const { track, preroll, since } = known;
    const { startedAt, pause } = this.#deps.collector;
    const arrivedMs = Math.round(cameAt - (startedAt ?? 0));
    if (pause.covers(cameAt)) return this.#passOver(known, arrivedMs);
    const received = { ...frame, arrivedMs };
    if (!this.#isBegun) return preroll.keep(received);
    this.#send(track.take({ ...received, arrivedMs: Math.max(0, arrivedMs) }));
    // The browser itself asks for a first key frame.
    if (track.needsKeyFrame && track.isAdmitted && (track.hasBegun || now - since > FIRST_KEY_FRAME_MS))
      this.#ask(known);
  }

  /** From the beginning of the recording on, again where it has ended: a page may be loaded anew. */
  #filmPage(): void {
    const { captureTab, collector } = this.#deps;
    if (!captureTab || !this.#isBegun) return;
    const isFilmed = this.tracks
      .all()
      .some(({ track, media }) => media.isTab && !track.isSilent(collector.meetingMs()));
    if (!isFilmed) captureTab();
  }

  /** Of a pause nothing goes out; what came before it does. */
  #passOver({ track, preroll }: KnownTrack, arrivedMs: number): void {
    preroll.clear();
    if (!this.#isBegun) return;
    this.#send(track.flush());
    track.breakOff();
    track.lastMs = arrivedMs;
  }

  /** What came since each track's last key frame begins the recording. */
  #begin(): void {
    const { startedAt } = this.#deps.collector;
    if (this.#isBegun || startedAt === undefined) return;
    this.#isBegun = true;
    for (const known of this.tracks.all())
      for (const frame of known.preroll.take(startedAt)) this.#send(known.track.take(frame));
  }

  #send(frame: VideoFrame | undefined): void {
    if (frame) this.#out.push(frame);
  }

  #emit(): void {
    if (!this.#isBegun) return;
    const clockMs = this.#deps.collector.meetingMs();
    const frames = this.#out;
    this.#out = [];
    const changes = this.tracks.takeChanges({ clockMs, frames });
    const gaps = this.tracks.all().flatMap(({ track }) => track.takeGap() ?? []);
    if (frames.length + changes.length + gaps.length === 0) return;
    const batch = { clockMs, frames, tracks: changes, gaps };
    if (this.#deps.onBatch(batch)) this.#counts.frames += frames.length;
    else this.#lose(batch);
  }

  /** The next batch says what this one would have said. */
  #lose({ frames, gaps, tracks }: VideoBatch): void {
    for (const { trackId, ...gap } of gaps) this.tracks.current(trackId)?.track.returnGap(gap);
    for (const frame of frames) this.tracks.current(frame.trackId)?.track.lose(frame);
    this.tracks.tellAgain(tracks);
  }

  #ask(known: KnownTrack): void {
    const now = this.#deps.clock.now();
    if (now - known.askedAt < ASK_EVERY_MS) return;
    known.askedAt = now;
    this.#counts.keyFramesAsked += 1;
    this.#deps.askForKeyFrame(known.document, known.number);
  }

  #chooseTracks(): void {
    const now = this.#deps.clock.now();
    if (now - this.#ratedAt < RATE_MS) return;
    const seconds = Math.min(now - this.#ratedAt, 10 * SECOND) / SECOND;
    this.#ratedAt = now;
    const all = this.tracks.all();
    const offered = all.map(({ track, spokeAt }) => {
      const { id, source, isAdmitted } = track;
      return { id, source, isAdmitted, spokeAt, bytesPerSecond: track.takeBytes() / seconds };
    });
    // What is quiet needs no place.
    const chosen = chooseTracks(
      offered.filter(({ bytesPerSecond }) => bytesPerSecond > 0),
      this.#deps.limits,
    );
    for (const { track } of all) track.isAdmitted = chosen.has(track.id) || !offered.some(isBusy(track.id));
  }

  /** When a frame came, by our clock, as far as its page is to be believed. */
  #credible(at: number): number {
    const now = this.#deps.clock.now();
    return at >= now - CREDIBLE_MS ? Math.min(at, now) : now;
  }

  /** Something is missing that may be of any track. */
  #refuse(): void {
    this.#counts.refused += 1;
    for (const { track } of this.tracks.all()) track.breakOff();
  }

  #isWithinRate(bytes: number): boolean {
    const number = Math.floor(this.#deps.clock.now() / SECOND);
    if (this.#second.number !== number) this.#second = { number, bytes: 0 };
    this.#second.bytes += bytes;
    return this.#second.bytes <= MAX_BYTES_PER_SECOND;
  }
}

const isBusy =
  (id: string) =>
  (offered: { readonly id: string; readonly bytesPerSecond: number }): boolean =>
    offered.id === id && offered.bytesPerSecond > 0;

/** Frames leave the page as they are complete: one that waited for a packet that was lost comes behind its successors. */
function inOrder(frames: readonly PageVideoFrame[]): PageVideoFrame[] {
  return frames.toSorted((one, other) =>
    one.track === other.track ? (one.rtpTimestamp - other.rtpTimestamp) | 0 : one.track - other.track,
  );
}
