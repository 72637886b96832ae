/** Where a known sound lies in a recording, and how well it is kept. */
export interface AudioMatch {
  /** Sample of the recording at which the known sound begins. */
  readonly offset: number;
  /** Normalised correlation, 1 for the same waveform. */
  readonly correlation: number;
  /** Level in the recording minus level of the known sound, in dB. */
  readonly gainDb: number;
}

const DECIMATION = 6;

/**
 * Finds `sound` in `recording` (both 48 kHz) between two samples: first at 8 kHz over the whole window, then to the
 * sample.
 */
export function findSound(
  recording: Int16Array,
  sound: Int16Array,
  { from, to }: { from: number; to: number },
): AudioMatch {
  const coarseRecording = decimate(recording.subarray(Math.max(0, from), to + sound.length));
  const coarse = bestLag(coarseRecording, decimate(sound), {
    from: 0,
    to: Math.floor((to - Math.max(0, from)) / DECIMATION),
  });
  const around = Math.max(0, from) + coarse * DECIMATION;
  const offset = bestLag(recording, sound, { from: Math.max(0, around - DECIMATION * 2), to: around + DECIMATION * 2 });
  const found = recording.subarray(offset, offset + sound.length);
  const heard = energy(found);
  const spoken = energy(sound);
  return {
    offset,
    correlation: product(found, sound) / Math.sqrt(heard * spoken || 1),
    gainDb: 10 * Math.log10((heard || 1) / (spoken || 1)),
  };
}

/** A voice's stretch long enough to be told from any other. */
const PIECE_SAMPLES = 24_000;
/** How far a piece may lie from where the whole was found: what a held-up packet moves, until the next pause. */
const PIECE_SEARCH = 7200;

/**
 * Like `findSound`, half second by half second, since a pause made longer in the middle is no damage: the median of the
 * places, the mean of the correlations (by energy), the level of all.
 */
export function findSpeech(
  recording: Int16Array,
  speech: Int16Array,
  window: { from: number; to: number },
): AudioMatch {
  const whole = findSound(recording, speech, window);
  const pieces: { offset: number; correlation: number; heard: number; spoken: number }[] = [];
  for (let start = 0; start < speech.length; start += PIECE_SAMPLES) {
    const piece = speech.subarray(start, start + PIECE_SAMPLES);
    const spoken = energy(piece);
    if (spoken === 0) continue;
    const near = whole.offset + start;
    const match = findSound(recording, piece, { from: near - PIECE_SEARCH, to: near + PIECE_SEARCH });
    const heard = energy(recording.subarray(match.offset, match.offset + piece.length));
    pieces.push({ offset: match.offset - start, correlation: match.correlation, heard, spoken });
  }
  const total = (of: (piece: (typeof pieces)[number]) => number) => sum(pieces, of);
  const offsets = pieces.map(({ offset }) => offset).toSorted((a, b) => a - b);
  return {
    offset: offsets[Math.floor(offsets.length / 2)] ?? whole.offset,
    correlation: total(({ correlation, spoken }) => correlation * spoken) / total(({ spoken }) => spoken),
    gainDb: 10 * Math.log10((total(({ heard }) => heard) || 1) / (total(({ spoken }) => spoken) || 1)),
  };
}

/** How late a piece may be heard on a machine that has no time left: what comes late is mixed later, and not cut. */
const LATEST_SAMPLES = 144_000;
/** Of a piece that is there. What is found by chance in so long a stretch has less. */
const PRESENT = 0.6;

/** A half second of speech: how much of it is in the recording, 1 for all of it, and the sample at which it begins there. */
export interface SpeechPiece {
  readonly share: number;
  readonly offset: number;
}

/**
 * Each half second of `speech` in `recording`, whoever else speaks at the same time: the projection on what was said. Voices
 * that say different words have next to nothing in common. A piece that is not where the one before it lets one expect it
 * is looked for where it would be if it had come late; one that was torn in two, beside both of its neighbours.
 */
export function piecesOf(
  recording: Int16Array,
  speech: Int16Array,
  window: { from: number; to: number },
): SpeechPiece[] {
  const look = (piece: Int16Array, { from, to }: { from: number; to: number }): SpeechPiece => {
    const { offset } = findSound(recording, piece, { from, to });
    return { share: product(recording.subarray(offset, offset + piece.length), piece) / energy(piece), offset };
  };
  const lookNear = (piece: Int16Array, near: number) =>
    look(piece, { from: near - PIECE_SEARCH, to: near + PIECE_SEARCH });

  const starts: number[] = [];
  for (let start = 0; start + PIECE_SAMPLES <= speech.length; start += PIECE_SAMPLES) {
    // The pause between two words says nothing.
    if (energy(speech.subarray(start, start + PIECE_SAMPLES)) >= energy(speech) / 100) starts.push(start);
  }
  let moved = findSound(recording, speech, window).offset;
  const pieces = starts.map((start) => {
    const piece = speech.subarray(start, start + PIECE_SAMPLES);
    let found = lookNear(piece, moved + start);
    if (found.share < PRESENT) {
      const late = look(piece, { from: window.from + start, to: window.to + start + LATEST_SAMPLES });
      if (late.share >= PRESENT) found = late;
    }
    if (found.share >= PRESENT) moved = found.offset - start;
    return found;
  });
  return pieces.map((piece, at) => {
    const start = starts[at] ?? 0;
    const neighbours = [at - 1, at + 1].flatMap((other) => {
      const [found, from] = [pieces[other], starts[other]];
      return found && from !== undefined && found.share >= PRESENT ? [found.offset - from] : [];
    });
    if (piece.share >= PRESENT || neighbours.length === 0) return piece;
    const halves = [start, start + PIECE_SAMPLES / 2].map((from) => {
      const half = speech.subarray(from, from + PIECE_SAMPLES / 2);
      const best = Math.max(...neighbours.map((offset) => lookNear(half, offset + from).share));
      return { heard: best * energy(half), spoken: energy(half) };
    });
    const share = sum(halves, ({ heard }) => heard) / sum(halves, ({ spoken }) => spoken);
    return share > piece.share ? { ...piece, share } : piece;
  });
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function bestLag(haystack: Int16Array, needle: Int16Array, { from, to }: { from: number; to: number }): number {
  let best = from;
  let bestScore = -Infinity;
  for (let lag = from; lag <= to; lag += 1) {
    const score = product(haystack.subarray(lag, lag + needle.length), needle);
    if (score > bestScore) [best, bestScore] = [lag, score];
  }
  return best;
}

function product(a: Int16Array, b: Int16Array): number {
  const length = Math.min(a.length, b.length);
  let sum = 0;
  for (let index = 0; index < length; index += 1) sum += (a[index] as number) * (b[index] as number);
  return sum;
}

function energy(samples: Int16Array): number {
  return product(samples, samples);
}

function decimate(samples: Int16Array): Int16Array {
  const out = new Int16Array(Math.floor(samples.length / DECIMATION));
  for (let index = 0; index < out.length; index += 1) {
    let sum = 0;
    for (let step = 0; step < DECIMATION; step += 1) sum += samples[index * DECIMATION + step] as number;
    out[index] = sum / DECIMATION;
  }
  return out;
}
