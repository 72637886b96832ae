import { unwrapRed } from '@earshot/audio';
import { SECOND, type Clock, type Log } from '@earshot/kernel';
import { Attribution } from '../domain/attribution.ts';
import type {
  CaptionLine,
  ChatLine,
  Codec,
  Frame,
  ParticipantChange,
  SpeakingMark,
  Stretch,
} from '../domain/stretch.ts';
import type { MediaSigns } from '../platforms/platform.ts';
import { parsePageReport, type PageFrame, type PageReport, type Tap } from './page-report.ts';

/** Frames at or above this level are a voice; room noise after a noise suppressor lies below. */
const VOICE_LEVEL = 50;
/** How many such frames in 250 ms make a track one with a voice. */
const VOICED_FRAMES = 3;
const FLOWING_MS = 3 * SECOND;
/** Reports from which the offset between the page's clock and ours is learned. */
const CLOCK_SAMPLES = 100;
/** A meeting of 25 people who all speak stays far below. */
const MAX_BYTES_PER_SECOND = 2_000_000;
const MAX_TRACKS = 1000;
/** A page looks for its marks four times a second; one that says more often is not listened to. */
const LEAST_MARK_MS = 100;

interface Track {
  readonly id: string;
  readonly isAudio: boolean;
  /** Everybody in one: no single owner. */
  readonly isMix: boolean;
  voicedFrames: number;
}

interface Document {
  readonly tracks: Map<number, Track>;
  connected: number;
  offsetMs: number;
  samples: number;
}

export interface HearingDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly onStretch: (stretch: Stretch) => void;
}

/** What else there is to be told of a stretch. */
type Notes = Omit<Stretch, 'clockMs' | 'frames'>;

/** Makes stretches on the meeting clock out of what a page reports, and remembers what it says of the media. */
export class Hearing implements MediaSigns {
  readonly attribution = new Attribution();
  /** How each audio track is tapped, counted; `refused` reports had not the known form. */
  readonly counts: Record<Tap | 'refused', number> = { encoded: 0, track: 0, output: 0, none: 0, refused: 0 };
  readonly #deps: HearingDeps;
  readonly #documents = new Map<string, Document>();
  readonly #remote = new Set<string>();
  #startedAt: number | undefined;
  #clockMs = 0;
  #participants: ParticipantChange[] = [];
  #chat: ChatLine[] = [];
  #speaking: SpeakingMark[] = [];
  #markedMs = -Infinity;
  #captions: CaptionLine[] = [];
  #captionsShown: boolean | undefined;
  #lastMediaAt = 0;
  #lastVoiceAt: number | undefined;
  #budget = { second: 0, bytes: 0 };

  constructor(deps: HearingDeps) {
    this.#deps = deps;
  }

  /** When a voice was heard last, milliseconds since 1970. */
  get lastVoiceAt(): number | undefined {
    return this.#lastVoiceAt;
  }

  isFlowing(): boolean {
    return this.#deps.clock.now() - this.#lastMediaAt < FLOWING_MS;
  }

  isConnected(): boolean {
    return [...this.#documents.values()].some(({ connected }) => connected > 0);
  }

  isRemote(trackId: string): boolean {
    return this.#remote.has(trackId);
  }

  /** What is heard from here on is kept: the meeting clock starts. */
  begin(startedAt: number): void {
    this.#startedAt = startedAt;
  }

  /** The meeting clock, milliseconds since it began. */
  meetingMs(): number {
    return this.#startedAt === undefined ? 0 : Math.max(0, Math.round(this.#deps.clock.now() - this.#startedAt));
  }

  /** Goes out with the next stretch. */
  note({ participants = [], chat = [], captions = [], captionsShown = this.#captionsShown }: Partial<Notes>): void {
    this.#participants.push(...participants);
    this.#chat.push(...chat);
    this.#captions.push(...captions);
    this.#captionsShown = captionsShown;
  }

  /** Takes one message of the page. */
  hear(payload: string): void {
    const report = this.#isWithinBudget(payload.length) ? parsePageReport(payload) : undefined;
    const document = report && this.#documentOf(report);
    if (!report || !document) {
      this.counts.refused += 1;
      return;
    }
    document.connected = report.connected;
    for (const event of report.events) {
      if (event.kind === 'speaking') this.#vote(event.participantIds);
      else if (document.tracks.size < MAX_TRACKS) {
        document.tracks.set(event.track, {
          id: event.id,
          isAudio: event.media === 'audio',
          isMix: event.tap === 'output',
          voicedFrames: 0,
        });
        this.#remote.add(event.id);
        if (event.media === 'audio') this.counts[event.tap] += 1;
        if (event.tap !== 'encoded') this.#deps.log.warn('encoded tap not attached', { ...event });
      }
    }
    const now = this.#deps.clock.now();
    if (report.videoFrames > 0 || report.frames.length > 0) this.#lastMediaAt = now;
    if (this.#startedAt === undefined) return;
    const startedAt = this.#startedAt;
    const at = Math.min(report.at + document.offsetMs, now);
    const frames = report.frames.flatMap((frame) => this.#frame(frame, { document, report, startedAt }));
    // An idle frame of the page (an advertisement, say) says nothing of the meeting's time.
    if (report.isTop || frames.length > 0) this.#emit(Math.round(at - startedAt), frames);
  }

  /** What is left to be told when no more will come. */
  flush(): number {
    if (this.#startedAt !== undefined) this.#emit(this.meetingMs(), []);
    return this.#clockMs;
  }

  #emit(clockMs: number, frames: Frame[]): void {
    this.#clockMs = Math.max(this.#clockMs, clockMs);
    const stretch = {
      ...{ clockMs: this.#clockMs, frames, participants: this.#participants, chat: this.#chat },
      ...{ speaking: this.#speaking, captions: this.#captions, captionsShown: this.#captionsShown },
    };
    this.#participants = [];
    this.#chat = [];
    this.#speaking = [];
    this.#captions = [];
    this.#captionsShown = undefined;
    this.#deps.onStretch(stretch);
  }

  #frame(
    frame: PageFrame,
    { document, report, startedAt }: { document: Document; report: PageReport; startedAt: number },
  ): Frame[] {
    const track = document.tracks.get(frame.track);
    if (!track?.isAudio) return [];
    const age = report.at - frame.arrivedAt;
    const arrivedAt = age >= 0 && age < 10 * SECOND ? frame.arrivedAt : report.at;
    const arrivedMs = Math.round(arrivedAt + document.offsetMs - startedAt);
    const opened = open(frame);
    if (arrivedMs < 0 || !opened) return [];
    if (frame.level <= VOICE_LEVEL || (frame.level === 255 && frame.payload.byteLength > 10)) {
      track.voicedFrames += 1;
      this.#lastVoiceAt = this.#deps.clock.now();
    }
    return [{ trackId: track.id, ...opened, rtpTimestamp: frame.rtpTimestamp, arrivedMs, level: frame.level }];
  }

  #vote(speakers: readonly string[]): void {
    const voices: string[] = [];
    for (const { tracks } of this.#documents.values()) {
      for (const track of tracks.values()) {
        if (track.voicedFrames >= VOICED_FRAMES && !track.isMix) voices.push(track.id);
        track.voicedFrames = 0;
      }
    }
    this.attribution.vote({ voices, speakers });
    const atMs = this.meetingMs();
    if (this.#startedAt === undefined || speakers.length === 0 || atMs - this.#markedMs < LEAST_MARK_MS) return;
    this.#markedMs = atMs;
    this.#speaking.push({ atMs, participantIds: speakers });
  }

  #documentOf(report: PageReport): Document | undefined {
    const document = this.#documents.get(report.document) ?? {
      tracks: new Map(),
      connected: 0,
      offsetMs: Infinity,
      samples: 0,
    };
    if (!this.#documents.has(report.document)) {
      if (this.#documents.size >= 50) return undefined;
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
