import { SECOND } from '@earshot/kernel';
import type { Frame } from './ingest-batch.ts';
import { isVoice } from './voice-level.ts';

/** So much of a voice while the bot speaks is somebody who begins to speak, and no cough. */
const BARGE_IN_MS = 150;
/** Who was silent for so long begins anew. */
const TURN_GAP_MS = 0.7 * SECOND;
/** Of one packet: what is longer was a pause of the sender (discontinuous transmission). */
const LONGEST_FRAME_MS = 60;
const USUAL_FRAME_MS = 20;
const RTP_PER_MS = 48;
/** A page may make up tracks for ever. */
const MAX_TRACKS = 500;

interface Track {
  rtpTimestamp: number;
  /** Of the last voice in it: meeting clock, milliseconds. */
  voicedAt: number;
  /** How much of a voice it has had while the bot spoke; silence takes it back. */
  voicedMs: number;
  /** The speech of the bot's that was interrupted in this turn of the track's. */
  interrupted: string | undefined;
}

/** Finds who begins to speak while the bot speaks, by the packets of their own tracks: once for a speech of the bot's and a turn of theirs. */
export class BargeIns {
  readonly #tracks = new Map<string, Track>();

  /** The tracks of a batch that interrupt `speechId`, which sounds; undefined while the bot is silent. */
  among(frames: readonly Frame[], speechId: string | undefined): readonly string[] {
    const interrupting: string[] = [];
    for (const frame of frames) {
      if (!frame.isOwnVoice && this.#take(frame, speechId)) interrupting.push(frame.trackId);
    }
    return interrupting;
  }

  #take(frame: Frame, speechId: string | undefined): boolean {
    const track = this.#trackOf(frame);
    const lengthMs = lengthOf(frame, track);
    track.rtpTimestamp = frame.rtpTimestamp;
    if (frame.arrivedMs - track.voicedAt > TURN_GAP_MS) {
      track.voicedMs = 0;
      track.interrupted = undefined;
    }
    const isVoiced = isVoice(frame);
    if (isVoiced) track.voicedAt = frame.arrivedMs;
    if (speechId === undefined) track.voicedMs = 0;
    else track.voicedMs = Math.max(0, track.voicedMs + (isVoiced ? lengthMs : -lengthMs));
    if (speechId === undefined || track.voicedMs < BARGE_IN_MS || track.interrupted === speechId) return false;
    track.interrupted = speechId;
    return true;
  }

  #trackOf({ trackId, rtpTimestamp, arrivedMs }: Frame): Track {
    const known = this.#tracks.get(trackId);
    if (known) return known;
    const track = { rtpTimestamp, voicedAt: arrivedMs - 2 * TURN_GAP_MS, voicedMs: 0, interrupted: undefined };
    this.#tracks.set(trackId, track);
    for (const oldest of this.#tracks.keys()) {
      if (this.#tracks.size <= MAX_TRACKS) break;
      this.#tracks.delete(oldest);
    }
    return track;
  }
}

/** By the time between two packets of a track. */
function lengthOf({ rtpTimestamp }: Frame, before: Track): number {
  const sinceMs = ((rtpTimestamp - before.rtpTimestamp) >>> 0) / RTP_PER_MS;
  return sinceMs > 0 && sinceMs <= LONGEST_FRAME_MS ? sinceMs : USUAL_FRAME_MS;
}
