import { createResampler, rmsDb, type Resampler } from '@earshot/audio';
import { SAMPLES_PER_MS } from '../domain/recording.ts';
import type { SpeechItem } from '../domain/unacked-speech.ts';
import { isVoice, VoiceActivityDetector } from '../domain/voice-activity-detector.ts';
import type { TimedFrame } from '../audio/track-mixer.ts';

/** What is sent at a time: 100 ms. */
const CHUNK_SAMPLES = 100 * SAMPLES_PER_MS;
/** Within a turn, holes up to this are filled with silence; a larger one begins a new chunk where it ends. */
const LARGEST_HOLE = 1000 * SAMPLES_PER_MS;

interface Piece {
  readonly atMs: number;
  readonly endMs: number;
  readonly at: number;
  readonly pcm: Int16Array;
}

/** The audio of one turn on its way into chunks. `at` is the first sample of the chunk that is being filled. */
interface Turn {
  readonly resampler: Resampler;
  at: number;
  filled: number;
  readonly chunk: Int16Array;
}

interface TrackState {
  readonly detector: VoiceActivityDetector<Piece>;
  turn: Turn | undefined;
}

const toMs = (sample: number) => Math.floor(sample / SAMPLES_PER_MS);

/** Turns tracks into what a transcriber receives: 16 kHz chunks while there is voice, and the ends of turns. */
export class SpeechSegmenter {
  readonly #tracks = new Map<string, TrackState>();
  /** What was let through of a track so far, in milliseconds: as far as its words will be waited for. */
  readonly #passedMs = new Map<string, number>();

  passedMs(trackId: string): number {
    return this.#passedMs.get(trackId) ?? 0;
  }

  push({
    trackId,
    at: placedAt,
    pcm: whole,
    level,
  }: Pick<TimedFrame, 'trackId' | 'at' | 'pcm' | 'level'>): SpeechItem[] {
    const track = this.#trackOf(trackId);
    // The first packet of a meeting began before it.
    const at = Math.max(0, placedAt);
    const pcm = whole.subarray(at - placedAt);
    const piece = { atMs: toMs(at), endMs: toMs(at + pcm.length), at, pcm };
    const { endedMs, frames } = track.detector.push(
      piece,
      isVoice(level, () => rmsDb(pcm)),
    );
    const items = endedMs === undefined ? [] : endSpeech(trackId, track, endedMs);
    for (const frame of frames) {
      this.#passedMs.set(trackId, Math.max(this.passedMs(trackId), frame.endMs));
      items.push(...this.#fill(trackId, track, frame));
    }
    return items;
  }

  /** The timeline has come to `nowMs`: tracks that send nothing have fallen silent. */
  tick(nowMs: number): SpeechItem[] {
    return this.#endTurns((detector) => detector.tick(nowMs));
  }

  /** Nothing more will come. */
  end(): SpeechItem[] {
    return this.#endTurns((detector) => detector.end());
  }

  #endTurns(ended: (detector: VoiceActivityDetector<Piece>) => number | undefined): SpeechItem[] {
    const items: SpeechItem[] = [];
    for (const [trackId, track] of this.#tracks) {
      if (!track.detector.isOpen) continue;
      const endedMs = ended(track.detector);
      if (endedMs !== undefined) items.push(...endSpeech(trackId, track, endedMs));
    }
    return items;
  }

  #trackOf(trackId: string): TrackState {
    let track = this.#tracks.get(trackId);
    if (!track) this.#tracks.set(trackId, (track = { detector: new VoiceActivityDetector(), turn: undefined }));
    return track;
  }

  #fill(trackId: string, track: TrackState, { at, pcm }: Piece): SpeechItem[] {
    const items: SpeechItem[] = [];
    track.turn ??= beginSpeech(at);
    const hole = at - (track.turn.at + track.turn.filled);
    if (hole > LARGEST_HOLE) {
      items.push(...flush(trackId, track.turn));
      track.turn = beginSpeech(at);
    } else if (hole > 0) items.push(...append(trackId, track.turn, new Int16Array(hole)));
    // What lies before the end of what is there came out of order, or was moved by a correction of the clock.
    items.push(...append(trackId, track.turn, hole < 0 ? pcm.subarray(-hole) : pcm));
    return items;
  }
}

function beginSpeech(at: number): Turn {
  const resampler = createResampler({ fromRate: 48_000, toRate: 16_000 });
  return { resampler, at, filled: 0, chunk: new Int16Array(CHUNK_SAMPLES) };
}

function endSpeech(trackId: string, track: TrackState, endedMs: number): SpeechItem[] {
  const items = track.turn ? flush(trackId, track.turn) : [];
  track.turn = undefined;
  const atMs = Math.max(endedMs, items.at(-1)?.endMs ?? 0);
  return [...items, { kind: 'end-of-speech', trackId, atMs, endMs: atMs }];
}

function append(trackId: string, turn: Turn, pcm: Int16Array): SpeechItem[] {
  const items: SpeechItem[] = [];
  for (let taken = 0; taken < pcm.length;) {
    const count = Math.min(pcm.length - taken, CHUNK_SAMPLES - turn.filled);
    turn.chunk.set(pcm.subarray(taken, taken + count), turn.filled);
    turn.filled += count;
    taken += count;
    if (turn.filled === CHUNK_SAMPLES) items.push(...flush(trackId, turn));
  }
  return items;
}

function flush(trackId: string, turn: Turn): SpeechItem[] {
  if (turn.filled === 0) return [];
  const { at, filled } = turn;
  const pcm = turn.resampler.process(turn.chunk.subarray(0, filled));
  turn.at += filled;
  turn.filled = 0;
  const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  return [{ kind: 'speech', trackId, atMs: toMs(at), endMs: toMs(at + filled), pcm: bytes }];
}
