/** One slice of the mixed timeline. */
export interface MixedSlice {
  /** Without our own voice. */
  readonly pcm: Int16Array;
  /** With it; absent where it has nothing in this slice. */
  readonly withOwnVoice?: Int16Array;
  /** The track with the most energy in this slice; absent when all were silent. Never our own voice. */
  readonly loudest?: string;
}

/** Audio of one track, laid on the timeline. */
export interface TrackAudio {
  readonly trackId: string;
  /** Where its first sample lies. */
  readonly at: number;
  readonly pcm: Int16Array;
  /** What we ourselves say. */
  readonly isOwnVoice?: boolean;
}

/** Samples that could not be mixed, since the start. */
export interface MixerLosses {
  /** Came after their part of the timeline had been taken. */
  readonly lateSamples: number;
  /** Came so far ahead of the timeline that the position cannot be right. */
  readonly earlySamples: number;
}

interface Piece {
  readonly trackId: string;
  readonly start: number;
  readonly pcm: Int16Array;
  readonly isOwnVoice: boolean;
}

/** Audio further ahead than this is a broken position, and would be held for ever. */
const defaultMaxAheadSamples = 60 * 48_000;

/** Sums tracks on one timeline of 48 kHz samples. Pure bookkeeping: the caller of `take` decides how long to wait. */
export class Mixer {
  readonly #maxAheadSamples: number;
  #position: number;
  #pieces: Piece[] = [];
  #lateSamples = 0;
  #earlySamples = 0;

  /** The timeline starts at `startSample`, by default 0. */
  constructor(options: { startSample?: number; maxAheadSamples?: number } = {}) {
    this.#position = options.startSample ?? 0;
    this.#maxAheadSamples = options.maxAheadSamples ?? defaultMaxAheadSamples;
  }

  /** The first sample not taken yet. */
  get position(): number {
    return this.#position;
  }

  get losses(): MixerLosses {
    return { lateSamples: this.#lateSamples, earlySamples: this.#earlySamples };
  }

  /** Lays samples on the timeline; they are kept, not copied. What lies before the taken position is cut and counted. */
  add({ trackId, at, pcm, isOwnVoice = false }: TrackAudio): void {
    const start = Math.round(at);
    if (pcm.length === 0) return;
    if (!(start <= this.#position + this.#maxAheadSamples)) {
      this.#earlySamples += pcm.length;
      return;
    }
    const late = Math.min(pcm.length, Math.max(0, this.#position - start));
    this.#lateSamples += late;
    if (late === pcm.length) return;
    this.#pieces.push({ trackId, start: start + late, pcm: late > 0 ? pcm.subarray(late) : pcm, isOwnVoice });
  }

  /** Everything from the taken position to `untilSample`, silence where nothing was added. Empty when already taken. */
  take(untilSample: number): MixedSlice {
    const from = this.#position;
    const until = Math.max(from, Math.round(untilSample));
    const sums = new Int32Array(until - from);
    const energies = new Map<string, number>();
    const own: { offset: number; pcm: Int16Array }[] = [];
    const kept: Piece[] = [];
    for (const piece of this.#pieces) {
      const { trackId, start, isOwnVoice } = piece;
      const count = Math.min(piece.pcm.length, Math.max(0, until - start));
      const part = { offset: start - from, pcm: piece.pcm.subarray(0, count) };
      if (count > 0 && isOwnVoice) own.push(part);
      else if (count > 0) energies.set(trackId, (energies.get(trackId) ?? 0) + addInto(sums, part));
      if (count < piece.pcm.length) kept.push({ ...piece, start: start + count, pcm: piece.pcm.subarray(count) });
    }
    this.#pieces = kept;
    this.#position = until;
    const slice = { pcm: saturate(sums), loudest: loudestOf(energies) };
    if (own.length === 0) return slice;
    for (const part of own) addInto(sums, part);
    return { ...slice, withOwnVoice: saturate(sums) };
  }
}

function addInto(sums: Int32Array, { offset, pcm }: { offset: number; pcm: Int16Array }): number {
  let energy = 0;
  for (let index = 0; index < pcm.length; index++) {
    const sample = pcm[index] ?? 0;
    sums[offset + index] = (sums[offset + index] ?? 0) + sample;
    energy += sample * sample;
  }
  return energy;
}

function saturate(sums: Int32Array): Int16Array {
  const pcm = new Int16Array(sums.length);
  for (let index = 0; index < sums.length; index++) {
    const sum = sums[index] ?? 0;
    pcm[index] = sum > 32767 ? 32767 : sum < -32768 ? -32768 : sum;
  }
  return pcm;
}

function loudestOf(energies: ReadonlyMap<string, number>): string | undefined {
  let loudest: string | undefined;
  let most = 0;
  for (const [trackId, energy] of energies) {
    if (energy > most) [loudest, most] = [trackId, energy];
  }
  return loudest;
}
