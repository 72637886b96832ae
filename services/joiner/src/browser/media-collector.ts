import { unwrapRed } from '@earshot/audio';
import { SECOND, type Clock, type Log, type Caption } from '@earshot/kernel';
import { Attribution } from '../domain/attribution.ts';
import type { ChatEntry, Codec, Frame, ParticipantChange, SpeakingMark, IngestBatch } from '../domain/ingest-batch.ts';
import type { OwnVoiceFrame } from '../domain/own-voice.ts';
import { RecordingPause } from '../domain/recording-pause.ts';
import { isVoice } from '../domain/voice-level.ts';
import type { PageFrame } from '../page-protocol/frame-layout.ts';
import type { Tap, TrackEvent } from '../page-protocol/page-message.ts';
import { PageMedia, type DocumentMedia } from './page-media.ts';
import { parsePageReport, type PageReport } from './page-report.ts';

/** How many such frames in 250 ms make a track one with a voice. */
const VOICED_FRAMES = 3;
/** Reports from which the offset between the page's clock and ours is learned. */
const CLOCK_SAMPLES = 100;
/** A meeting of 25 people who all speak stays far below. */
const MAX_BYTES_PER_SECOND = 2_000_000;
/** A page looks for its marks four times a second; marks that come faster are dropped. */
const LEAST_MARK_MS = 100;

interface Document {
  readonly media: DocumentMedia;
  offsetMs: number;
  samples: number;
  /** Up to when it has reported all, milliseconds since 1970. */
  flushedUntil: number;
}

export interface MediaCollectorDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly onBatch: (batch: IngestBatch) => void;
  /** While it lasts batches go on, with the clock and with who comes and goes. */
  readonly pause?: RecordingPause;
}

/** What a batch has beside its frames. */
type Notes = Omit<IngestBatch, 'clockMs' | 'frames' | 'isPaused'>;

/** Makes batches on the meeting clock out of a page's reports, and remembers what they say of the media. */
export class MediaCollector {
  readonly attribution = new Attribution();
  readonly media: PageMedia;
  readonly pause: RecordingPause;
  /** How each audio track is tapped, counted; `refused`: reports, and parts of them, that had not the known form. */
  readonly counts: Record<Exclude<Tap, 'tab'> | 'refused', number> = {
    ...{ encoded: 0, track: 0, output: 0, none: 0, refused: 0 },
  };
  readonly #deps: MediaCollectorDeps;
  readonly #documents = new Map<string, Document>();
  #startedAt: number | undefined;
  #clockMs = 0;
  #participants: ParticipantChange[] = [];
  #chat: ChatEntry[] = [];
  #speaking: SpeakingMark[] = [];
  #markedMs = -Infinity;
  #captions: Caption[] = [];
  #captionsShown: boolean | undefined;
  #ownVoice: Frame[] = [];
  #lastVoiceAt: number | undefined;
  #budget = { second: 0, bytes: 0 };
  #awaited: { readonly at: number; readonly resolve: () => void }[] = [];

  constructor(deps: MediaCollectorDeps) {
    this.#deps = deps;
    this.media = new PageMedia(deps.clock);
    this.pause = deps.pause ?? new RecordingPause();
  }

  /** When a voice was received last, milliseconds since 1970. */
  get lastVoiceAt(): number | undefined {
    return this.#lastVoiceAt;
  }

  /** The zero of the meeting clock, milliseconds since 1970; undefined before it runs. */
  get startedAt(): number | undefined {
    return this.#startedAt;
  }

  /** What is known of a document that reports by this name, and how far its clock is behind ours, milliseconds. */
  documentOf(name: string): Pick<Document, 'media' | 'offsetMs'> | undefined {
    return this.#documents.get(name);
  }

  /** What is received from here on is kept: the meeting clock starts. */
  begin(startedAt: number): void {
    this.#startedAt = startedAt;
  }

  /** The meeting clock, milliseconds since it began. */
  meetingMs(): number {
    return this.#startedAt === undefined ? 0 : Math.max(0, Math.round(this.#deps.clock.now() - this.#startedAt));
  }

  /** Goes out with the next batch. */
  note({ participants = [], chat = [], captions = [], captionsShown = this.#captionsShown }: Partial<Notes>): void {
    this.#participants.push(...participants);
    this.#chat.push(...chat);
    this.#captions.push(...captions);
    this.#captionsShown = captionsShown;
  }

  /** What the bot itself has said. It is nobody's voice: no attribution, and no company. */
  noteOwnVoice(frames: readonly OwnVoiceFrame[]): void {
    if (this.#startedAt === undefined) return;
    for (const { at, ...frame } of frames) {
      const arrivedMs = Math.round(at - this.#startedAt);
      if (arrivedMs >= 0 && !this.pause.covers(at)) this.#ownVoice.push({ ...frame, arrivedMs });
    }
  }

  /** Resolves once all received until now was reported: each document with tracks reports in its own time. */
  async untilFlushed(): Promise<void> {
    const at = this.#deps.clock.now();
    await new Promise<void>((resolve) => {
      this.#awaited.push({ at, resolve });
      this.#settle();
    });
  }

  /** Collects one report of the page. */
  collect(payload: string): void {
    const report = this.#isWithinBudget(payload.length) ? parsePageReport(payload) : undefined;
    const document = report && this.#documentOf(report);
    if (!report || !document) {
      this.counts.refused += 1;
      return;
    }
    this.counts.refused += report.refused;
    this.#noteMedia(report, document.media);
    const now = this.#deps.clock.now();
    const frames = this.#listen(report, document);
    document.flushedUntil = Math.min(report.at + document.offsetMs, now);
    // An idle frame of the page (an advertisement, say) is no measure of the meeting's time.
    if (this.#startedAt !== undefined && (report.isTop || frames.length > 0)) {
      this.#emit(Math.round(document.flushedUntil - this.#startedAt), frames);
    }
    this.#settle();
  }

  #settle(): void {
    const tapped = [...this.#documents.values()].filter(({ media }) => media.tracks.size > 0);
    const flushedTo = Math.min(...tapped.map(({ flushedUntil }) => flushedUntil));
    for (const { at, resolve } of this.#awaited) if (flushedTo >= at) resolve();
    this.#awaited = this.#awaited.filter(({ at }) => flushedTo < at);
  }

  /** Emits what is left when no more will come. */
  flush(): number {
    if (this.#startedAt !== undefined) this.#emit(this.meetingMs(), []);
    return this.#clockMs;
  }

  #emit(clockMs: number, frames: Frame[]): void {
    this.#clockMs = Math.max(this.#clockMs, clockMs);
    const batch: IngestBatch = {
      ...(this.pause.isPaused && { isPaused: true }),
      ...{
        clockMs: this.#clockMs,
        frames: [...this.#ownVoice, ...frames],
        participants: this.#participants,
        chat: this.#chat,
      },
      ...{ speaking: this.#speaking, captions: this.#captions, captionsShown: this.#captionsShown },
    };
    this.#ownVoice = [];
    this.#participants = [];
    this.#chat = [];
    this.#speaking = [];
    this.#captions = [];
    this.#captionsShown = undefined;
    this.#deps.onBatch(batch);
  }

  #noteMedia({ connected, events, frames, videoTracks }: PageReport, media: DocumentMedia): void {
    media.connected = connected;
    for (const event of events) {
      if (event.kind === 'track') this.#addTrack(event, media);
      else if (event.kind === 'stream') this.media.nameStream(event, media);
      else if (event.kind === 'connection') this.media.addConnection(event, media);
    }
    const came = new Set([...videoTracks, ...frames.map(({ track }) => track)]);
    for (const number of came) this.media.note(media.tracks.get(number));
  }

  #addTrack(event: TrackEvent, document: DocumentMedia): void {
    if (!this.media.addTrack(event, document)) return;
    const { media, tap } = event;
    if (tap === 'tab') return;
    if (media === 'audio') this.counts[tap] += 1;
    if (tap !== 'encoded') this.#deps.log.warn('encoded tap not attached', { ...event });
  }

  /** Takes sound and marks in the order in which they came: a page sends one track after the other, and marks apart. */
  #listen(report: PageReport, document: Document): Frame[] {
    const marks = report.events.filter((event) => event.kind === 'speaking');
    const vote = () => {
      const mark = marks.shift();
      if (mark) this.#vote(mark.participantIds, mark.at + document.offsetMs);
    };
    const frames = report.frames
      .toSorted((a, b) => a.arrivedAt - b.arrivedAt)
      .flatMap((frame) => {
        while (marks[0] && marks[0].at < frame.arrivedAt) vote();
        return this.#frame(frame, document, report);
      });
    while (marks.length > 0) vote();
    return frames;
  }

  #frame(frame: PageFrame, document: Document, report: PageReport): Frame[] {
    const track = document.media.tracks.get(frame.track);
    // A sender tries out its connection with an empty packet; it has the time of the voice before it.
    if (!track?.isAudio || frame.payload.byteLength === 0 || this.#startedAt === undefined) return [];
    if (this.media.isLoop(track)) return [];
    // What is sent before its time is up came after it.
    const isCredible = Math.abs(report.at - frame.arrivedAt) < 10 * SECOND;
    const arrivedAt = isCredible ? frame.arrivedAt : report.at;
    const cameAt = Math.min(arrivedAt + document.offsetMs, this.#deps.clock.now());
    const arrivedMs = Math.round(cameAt - this.#startedAt);
    const opened = open(frame);
    if (arrivedMs < 0 || !opened) return [];
    if (isVoice(frame)) {
      this.media.noteVoice(track);
      this.#lastVoiceAt = this.#deps.clock.now();
    }
    // In a pause people speak all the same: nobody leaves for silence.
    if (this.pause.covers(cameAt)) return [];
    return [{ trackId: track.id, ...opened, rtpTimestamp: frame.rtpTimestamp, arrivedMs, level: frame.level }];
  }

  /** Weighs who had a mark at a moment, in milliseconds since 1970, against whose voices were received until then. */
  #vote(speakers: readonly string[], at: number): void {
    this.attribution.vote({ voices: this.media.takeVoices(VOICED_FRAMES), speakers });
    if (this.#startedAt === undefined || speakers.length === 0 || this.pause.covers(at)) return;
    const atMs = Math.min(this.meetingMs(), Math.max(0, Math.round(at - this.#startedAt)));
    if (atMs - this.#markedMs < LEAST_MARK_MS) return;
    this.#markedMs = atMs;
    this.#speaking.push({ atMs, participantIds: speakers });
  }

  #documentOf(report: PageReport): Document | undefined {
    let document = this.#documents.get(report.document);
    if (!document) {
      if (this.#documents.size >= 50) return undefined;
      document = { media: this.media.addDocument(), offsetMs: Infinity, samples: 0, flushedUntil: 0 };
      this.#documents.set(report.document, document);
    }
    if (document.samples++ < CLOCK_SAMPLES) {
      // The quickest message shows the offset best.
      document.offsetMs = Math.min(document.offsetMs, this.#deps.clock.now() - report.at);
    }
    return document;
  }

  #isWithinBudget(bytes: number): boolean {
    const second = Math.floor(this.#deps.clock.now() / SECOND);
    if (this.#budget.second !== second) this.#budget = { second, bytes: 0 };
    this.#budget.bytes += bytes;
    return this.#budget.bytes <= MAX_BYTES_PER_SECOND;
  }
}

function open(frame: PageFrame): { codec: Codec; payload: Uint8Array } | undefined {
  if (frame.codec !== 'red') return { codec: frame.codec, payload: frame.payload };
  const primary = unwrapRed(frame.payload);
  return primary && { codec: 'opus', payload: primary.payload };
}
