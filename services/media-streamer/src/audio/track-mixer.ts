import { Mixer, OpusTrackDecoder, TrackClock, type MixedSlice, type MixerLosses } from '@earshot/audio';
import { MINUTE, SECOND } from '@earshot/kernel';
import type { Frame } from '../domain/sequenced-batch.ts';
import { SAMPLES_PER_MS } from '../domain/recording.ts';

/** How long the mix waits for packets that are late, in milliseconds. */
export const PLAYOUT_MS = 40;
/**
 * How long the mix waits beyond that for a voice that broke off, in milliseconds: a loud packet is followed by another, so
 * one that does not come is held up on its way. The live audio pauses and catches up; no word is torn apart.
 */
export const MAX_PLAYOUT_DELAY_MS = SECOND;
/** What is mixed at a time; a whole number of Opus's usual packets. */
const SLICE_SAMPLES = 20 * SAMPLES_PER_MS;
/** A sender's own level, -dBov, from which a packet is silence; and the level of one that sends none (RFC 6464). */
const QUIET_LEVEL = 70;
const UNKNOWN_LEVEL = 255;
/** A packet holds audio from before it came. */
const PACKET_MS = 20;
/** A track silent for this long frees its decoder's memory. */
const IDLE_MS = MINUTE;
/** The mix is brought near what comes before it is added: audio far ahead of it would be taken for an error. */
const LARGEST_SKIP_MS = 30 * SECOND;

/** A frame's audio on the timeline. */
export interface TimedFrame extends Frame {
  /** First sample. */
  readonly at: number;
  readonly pcm: Int16Array;
}

interface TrackState {
  readonly clock: TrackClock;
  decoder: OpusTrackDecoder | undefined;
  heardMs: number;
  /** The sender's time of the newest packet, not of one that was overtaken on its way. */
  newestRtp: number | undefined;
  /** Where the next packet belongs while somebody speaks: the sample after the newest one's. */
  speaksUntil: number | undefined;
}

/**
 * From packets to slices of mixed audio. A function of what is put in alone: no clock, no chance, so that a replay gives
 * the same. Positions are samples of the recording's timeline.
 */
export class TrackMixer implements Disposable {
  readonly #mixer: Mixer;
  readonly #tracks = new Map<string, TrackState>();
  #shiftMs: number;
  /** This epoch's meeting clock up to which slices were taken, and as decoders were looked at last. */
  #takenMs = 0;
  #lookedMs = 0;

  constructor({ startSample, shiftMs }: { startSample: number; shiftMs: number }) {
    this.#mixer = new Mixer({ startSample });
    this.#shiftMs = shiftMs;
  }

  /** Samples that are mixed. */
  get position(): number {
    return this.#mixer.position;
  }

  get losses(): MixerLosses {
    return this.#mixer.losses;
  }

  /** A later visit of the same bot: its tracks and its clock are others, the timeline is the same. */
  beginEpoch(shiftMs: number): void {
    this.#freeDecoders();
    this.#tracks.clear();
    this.#shiftMs = shiftMs;
    this.#takenMs = 0;
    this.#lookedMs = 0;
  }

  /** Decodes frames and lays them on the timeline. */
  async add(frames: readonly Frame[]): Promise<TimedFrame[]> {
    const placed: TimedFrame[] = [];
    for (const frame of frames) {
      const { trackId, rtpTimestamp, level, isOwnVoice = false } = frame;
      const track = this.#trackOf(trackId);
      // What the bot says is reported after it sounded, and comes as late as that.
      const arrivedMs = isOwnVoice ? Math.max(frame.arrivedMs, this.#takenMs) : frame.arrivedMs;
      track.heardMs = Math.max(track.heardMs, arrivedMs);
      const isQuiet = isSilent(level);
      const position = track.clock.positionOf(rtpTimestamp, arrivedMs, { isQuiet });
      const isNewest = follows(rtpTimestamp, track.newestRtp);
      const at = isQuiet || !isNewest ? position : this.#reachable(track, position, arrivedMs);
      const pcm = await decode(track, frame);
      if (pcm.length === 0) continue;
      this.#mixer.add({ trackId, at, pcm, isOwnVoice });
      if (isNewest) {
        track.newestRtp = rtpTimestamp;
        // Nobody waits for the bot: what it says ends where it ends.
        track.speaksUntil = isQuiet || isOwnVoice ? undefined : at + pcm.length;
      }
      placed.push({ ...frame, at, pcm });
    }
    return placed;
  }

  /** Whole slices up to the time to which nothing is waited for any more; `clockMs` is this epoch's meeting clock. */
  *take(clockMs: number): Generator<MixedSlice> {
    const ripe = (clockMs + this.#shiftMs - PLAYOUT_MS) * SAMPLES_PER_MS;
    yield* this.#slicesUntil(Math.min(ripe, ...this.#awaited(ripe - MAX_PLAYOUT_DELAY_MS * SAMPLES_PER_MS)));
    this.#takenMs = clockMs;
    this.#releaseIdleDecoders(clockMs);
  }

  /** Goes ahead to shortly before `clockMs` when what comes next lies far behind what is mixed. */
  *skipTo(clockMs: number): Generator<MixedSlice> {
    const target = (clockMs + this.#shiftMs) * SAMPLES_PER_MS;
    if (target - this.position > LARGEST_SKIP_MS * SAMPLES_PER_MS) {
      yield* this.#slicesUntil(target - SECOND * SAMPLES_PER_MS);
    }
  }

  /** Everything up to `clockMs`, a last shorter slice included. */
  *flush(clockMs: number): Generator<MixedSlice> {
    const end = (clockMs + this.#shiftMs) * SAMPLES_PER_MS;
    yield* this.#slicesUntil(end);
    const last = this.#mixer.take(end);
    if (last.pcm.length > 0) yield last;
  }

  [Symbol.dispose](): void {
    this.#freeDecoders();
  }

  *#slicesUntil(sample: number): Generator<MixedSlice> {
    while (this.position + SLICE_SAMPLES <= sample) yield this.#mixer.take(this.position + SLICE_SAMPLES);
  }

  /** Where voices go on that broke off no earlier than `since`. */
  #awaited(since: number): number[] {
    return [...this.#tracks.values()].flatMap(({ speaksUntil }) =>
      speaksUntil !== undefined && speaksUntil >= since ? [speaksUntil] : [],
    );
  }

  /** What comes too late to be mixed is placed later, not cut; what was mixed before it is repeated stays cut. */
  #reachable({ clock }: TrackState, position: number, arrivedMs: number): number {
    const arrival = (arrivedMs + this.#shiftMs - PACKET_MS) * SAMPLES_PER_MS;
    const missing = Math.ceil(this.position - position);
    return missing > 0 && arrival >= this.position ? clock.delay(missing) : position;
  }

  #trackOf(trackId: string): TrackState {
    let track = this.#tracks.get(trackId);
    if (!track) {
      track = {
        clock: new TrackClock({ startMs: PACKET_MS - this.#shiftMs }),
        decoder: undefined,
        heardMs: 0,
        newestRtp: undefined,
        speaksUntil: undefined,
      };
      this.#tracks.set(trackId, track);
    }
    return track;
  }

  #releaseIdleDecoders(clockMs: number): void {
    if (clockMs - this.#lookedMs < IDLE_MS / 4) return;
    this.#lookedMs = clockMs;
    for (const track of this.#tracks.values()) {
      if (clockMs - track.heardMs < IDLE_MS) continue;
      track.decoder?.free();
      track.decoder = undefined;
    }
  }

  #freeDecoders(): void {
    for (const track of this.#tracks.values()) {
      track.decoder?.free();
      track.decoder = undefined;
    }
  }
}

/** Whether a sender's level marks silence. */
export function isSilent(level: number): boolean {
  return level >= QUIET_LEVEL && level !== UNKNOWN_LEVEL;
}

/** Whether a packet was sent after the newest so far. One far behind it was not overtaken: its sender counts from elsewhere. */
function follows(rtpTimestamp: number, newestRtp: number | undefined): boolean {
  if (newestRtp === undefined) return true;
  const behind = (newestRtp - rtpTimestamp) | 0; // signed 32 bits, as RTP time wraps (RFC 3550, 5.1)
  return behind < 0 || behind > MAX_PLAYOUT_DELAY_MS * SAMPLES_PER_MS;
}

/** A packet's samples. Opus is decoded by the track's decoder, which is made where there is none. */
export async function decode(
  track: { decoder: OpusTrackDecoder | undefined },
  { codec, payload }: Pick<Frame, 'codec' | 'payload'>,
): Promise<Int16Array> {
  if (codec === 'opus') {
    track.decoder ??= await OpusTrackDecoder.create();
    return track.decoder.decode(payload);
  }
  const pcm = new Int16Array(payload.length >> 1);
  // Copied, because a message's bytes need not lie on an even address.
  new Uint8Array(pcm.buffer).set(payload.subarray(0, pcm.byteLength));
  return pcm;
}
