import { rmsDb } from '@earshot/audio';
import type { LiveAudioPlan, TrackOwner } from '@earshot/kernel';
import { isSilent, type TimedFrame } from '../audio/track-mixer.ts';
import { encodeLiveFrame, speakerOf, type LiveFrame, type LivePayload, type Speaker } from '../domain/live-frame.ts';
import { PacketOrder } from '../domain/packet-order.ts';
import { SAMPLES_PER_MS } from '../domain/recording.ts';
import { isVoice, VoiceActivityDetector } from '../domain/voice-activity-detector.ts';
import { createLiveEncoder, type LiveEncoder } from './live-encoder.ts';

type Plan = Pick<LiveAudioPlan, 'encoding' | 'sampleRate'>;

/** How far a batch's clock is on its epoch, and where that epoch lies on the timeline, milliseconds. */
export interface LiveClock {
  readonly clockMs: number;
  readonly shiftMs: number;
}

export interface SeparateFramesOptions {
  readonly plan: Plan;
  /** Whose a track is, at this moment. */
  readonly ownerOf: (trackId: string) => TrackOwner | undefined;
}

/** The messages that each participant's own audio is sent by, while there is a voice in it. */
export class SeparateFrames implements Disposable {
  readonly #options: SeparateFramesOptions;
  readonly #tracks = new Map<string, LiveTrack>();

  constructor(options: SeparateFramesOptions) {
    this.#options = options;
  }

  /** The clock has come to where the frames end. Returns what is due: in order within a track. */
  async push(frames: readonly TimedFrame[], { clockMs, shiftMs }: LiveClock): Promise<LiveFrame[]> {
    const sent: LiveFrame[] = [];
    for (const frame of frames) sent.push(...(await this.#trackOf(frame.trackId).push(frame)));
    for (const track of this.#tracks.values()) {
      if (track.isOpen) sent.push(...(await track.tick({ clockMs, shiftMs })));
    }
    return sent;
  }

  /** What follows is of other tracks, or nothing follows. */
  async end(): Promise<LiveFrame[]> {
    const sent: LiveFrame[] = [];
    for (const track of this.#tracks.values()) sent.push(...(await track.end()));
    this[Symbol.dispose]();
    this.#tracks.clear();
    return sent;
  }

  [Symbol.dispose](): void {
    for (const track of this.#tracks.values()) track[Symbol.dispose]();
  }

  #trackOf(trackId: string): LiveTrack {
    let track = this.#tracks.get(trackId);
    if (!track) {
      const { plan, ownerOf } = this.#options;
      track = new LiveTrack(plan, () => liveSpeaker(trackId, ownerOf(trackId)));
      this.#tracks.set(trackId, track);
    }
    return track;
  }
}

/** Who is named for a track; where nobody is known, the track. */
export function liveSpeaker(trackId: string, owner: TrackOwner | undefined): Speaker {
  return owner ? speakerOf(owner) : { ...speakerOf(undefined), id: trackId };
}

/** How much is sent before a voice and after it: words begin and end softly. */
const WORD_ENDS = { preRollMs: 200, hangoverMs: 400 };
/** As much as a voice may pause without an end, and some. */
const LARGEST_HOLE = 1000 * SAMPLES_PER_MS;

interface Piece {
  readonly atMs: number;
  readonly endMs: number;
  readonly frame: TimedFrame;
}

/** One track: its packets in order, from a little before a voice to a little after it. */
class LiveTrack implements Disposable {
  readonly #plan: Plan;
  readonly #speaker: () => Speaker;
  readonly #order = new PacketOrder<TimedFrame>();
  readonly #detector = new VoiceActivityDetector<Piece>(WORD_ENDS);
  /** Of the voice that is sent: made with it, unless its packets are sent as they are. */
  #encoder: LiveEncoder | undefined;
  /** Where the next sample lies, by the sender's clock and on the timeline. */
  #next: { rtp: number; at: number } | undefined;

  constructor(plan: Plan, speaker: () => Speaker) {
    this.#plan = plan;
    this.#speaker = speaker;
  }

  /** Whether time alone may change something. */
  get isOpen(): boolean {
    return this.#order.isHolding || this.#detector.isOpen;
  }

  async push(frame: TimedFrame): Promise<LiveFrame[]> {
    return this.#passAll(this.#order.push(frame, { isQuiet: isSilent(frame.level) }));
  }

  async tick({ clockMs, shiftMs }: LiveClock): Promise<LiveFrame[]> {
    const sent = await this.#passAll(this.#order.tick(clockMs));
    if (this.#detector.tick(clockMs + shiftMs) !== undefined) sent.push(...this.#endVoice());
    return sent;
  }

  async end(): Promise<LiveFrame[]> {
    const sent = await this.#passAll(this.#order.tick(Infinity));
    if (this.#detector.end() !== undefined) sent.push(...this.#endVoice());
    return sent;
  }

  [Symbol.dispose](): void {
    this.#encoder?.[Symbol.dispose]();
    this.#encoder = undefined;
  }

  async #passAll(frames: readonly TimedFrame[]): Promise<LiveFrame[]> {
    const sent: LiveFrame[] = [];
    for (const frame of frames) {
      const { at, pcm, level } = frame;
      const piece = { atMs: at / SAMPLES_PER_MS, endMs: (at + pcm.length) / SAMPLES_PER_MS, frame };
      const passed = this.#detector.push(
        piece,
        isVoice(level, () => rmsDb(pcm)),
      );
      if (passed.endedMs !== undefined) sent.push(...this.#endVoice());
      for (const each of passed.frames) sent.push(...(await this.#toFrames(each.frame)));
    }
    return sent;
  }

  async #toFrames({ codec, payload, pcm, at, rtpTimestamp }: TimedFrame): Promise<LiveFrame[]> {
    const hole = this.#next ? (rtpTimestamp - this.#next.rtp) | 0 : 0;
    const from = this.#next;
    this.#next = { rtp: (rtpTimestamp + pcm.length) >>> 0, at: at + pcm.length };
    const { encoding } = this.#plan;
    if (codec === 'opus' && encoding === 'opus')
      return this.#framed([{ encoding, payload }], { at, samples: pcm.length });
    this.#encoder ??= await createLiveEncoder(this.#plan);
    // What a sender leaves out between two words, or is lost, is time all the same.
    const silence = from && hole > 0 && hole <= LARGEST_HOLE ? this.#encoder.encode(new Int16Array(hole)) : [];
    return [
      ...this.#framed(silence, { at: from?.at ?? at, samples: hole }),
      ...this.#framed(this.#encoder.encode(pcm), { at, samples: pcm.length }),
    ];
  }

  /** The next voice is another signal. */
  #endVoice(): LiveFrame[] {
    const left = this.#framed(this.#encoder?.flush() ?? [], { at: this.#next?.at ?? 0, samples: 0 });
    this[Symbol.dispose]();
    this.#next = undefined;
    return left;
  }

  #framed(payloads: readonly LivePayload[], place: Pick<LiveFrame, 'at' | 'samples'>): LiveFrame[] {
    const speaker = this.#speaker();
    return payloads.map((payload) => ({ bytes: encodeLiveFrame(speaker, payload), ...place }));
  }
}
