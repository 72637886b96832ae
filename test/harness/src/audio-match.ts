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

/** By which a voice's encoder takes out what is below a voice, Hz. */
const LOW_CUT_HZ = 100;

/**
 * A sound as an encoder for voices has it: without the lowest tones, and with those above moved by what that takes. What comes of it
 * decoded then has the same waveform: more than 0.99 of a voice that was not damaged, where the sound itself gives 0.93.
 */
export function asEncoded(sound: Int16Array): Int16Array {
  const share = Math.exp((-2 * Math.PI * LOW_CUT_HZ) / 48_000);
  let [before, passed] = [0, 0];
  return sound.map((sample) => {
    passed = share * (passed + sample - before);
    before = sample;
    return passed;
  });
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
/**
 * Of a piece that is where it is expected, and of one that is found elsewhere. Measured with flite's one voice, two at a
 * time: of pieces that are there 98 of 100 have more than 0.86; of those that are not, 98 of 100 have less than 0.5 where they
 * are expected, and 95 of 100 less than 0.7 anywhere within `LATEST_SAMPLES`.
 */
export const PRESENT_SHARE = 0.5;
const ELSEWHERE_SHARE = 0.7;

/** Where a piece may have been torn in two, and how far its parts may lie from where their neighbours let one expect them. */
const CUTS = Array.from({ length: 7 }, (_, at) => ((at + 1) * PIECE_SAMPLES) / 8);
const BESIDE_SAMPLES = 480;

/** A half second of speech: how much of it is in the recording, 1 for all of it, and the sample at which it begins there. */
export interface SpeechPiece {
  readonly share: number;
  readonly offset: number;
  /** All of it is there, with a gap inside: what came too late for the mix was heard later. */
  readonly isTorn?: true;
}

/**
 * Each half second of `speech` in `recording`, whoever else speaks at the same time: the projection on what was said, of
 * both without the low tones in which all voices are alike. A piece that is not where the one before it lets one expect it
 * is looked for where it would be if it had come late; one that was torn in two, each part beside its own neighbour.
 */
export function piecesOf(
  recording: Int16Array,
  speech: Int16Array,
  window: { from: number; to: number },
): SpeechPiece[] {
  const from = Math.max(0, window.from - PIECE_SEARCH);
  const find = finder(recording.subarray(from, window.to + speech.length + LATEST_SAMPLES), from);
  const near = (sound: Int16Array, place: number) =>
    find(sound, { from: place - PIECE_SEARCH, to: place + PIECE_SEARCH });

  const starts: number[] = [];
  for (let start = 0; start + PIECE_SAMPLES <= speech.length; start += PIECE_SAMPLES) {
    // The pause between two words says nothing.
    if (energy(speech.subarray(start, start + PIECE_SAMPLES)) >= energy(speech) / 100) starts.push(start);
  }
  let moved = find(speech, window).offset;
  const pieces = starts.map((start) => {
    const piece = speech.subarray(start, start + PIECE_SAMPLES);
    let found = near(piece, moved + start);
    if (found.share < PRESENT_SHARE) {
      const late = find(piece, { from: window.from + start, to: window.to + start + LATEST_SAMPLES });
      if (late.share >= ELSEWHERE_SHARE) found = late;
    }
    if (found.share >= PRESENT_SHARE) moved = found.offset - start;
    return found;
  });
  const movedAt = (at: number) => {
    const [found, begins] = [pieces[at], starts[at]];
    return found && begins !== undefined && found.share >= PRESENT_SHARE ? found.offset - begins : undefined;
  };
  return pieces.map((piece, at) => {
    if (piece.share >= PRESENT_SHARE) return piece;
    const start = starts[at] ?? 0;
    const share = Math.max(
      ...CUTS.map((cut) => {
        const parts = [speech.subarray(start, start + cut), speech.subarray(start + cut, start + PIECE_SAMPLES)];
        const places = [[movedAt(at - 1), start] as const, [movedAt(at + 1), start + cut] as const];
        const heard = parts.map((part, side) => {
          const [offset, begins] = places[side] ?? [undefined, 0];
          if (offset === undefined) return 0;
          const beside = { from: offset + begins - BESIDE_SAMPLES, to: offset + begins + BESIDE_SAMPLES };
          return find(part, beside).share * loudness(part);
        });
        return sum(heard, (each) => each) / sum(parts, loudness);
      }),
    );
    return share >= ELSEWHERE_SHARE ? { ...piece, share, isTorn: true } : piece;
  });
}

/** Looks for sounds in a stretch that begins at `begins`: at 8 kHz first, then at the sixths between. */
function finder(span: Int16Array, begins: number) {
  const phases = Array.from({ length: DECIMATION }, (_, phase) => sharpen(decimate(span.subarray(phase))));
  return (sound: Int16Array, { from, to }: { from: number; to: number }): SpeechPiece => {
    const wanted = sharpen(decimate(sound));
    const lagOf = (sample: number) => Math.max(0, Math.floor((sample - begins) / DECIMATION));
    const around = bestLag(phases[0] ?? span, wanted, { from: lagOf(from), to: lagOf(to) });
    let best = { heard: -Infinity, offset: 0 };
    for (const [phase, samples] of phases.entries()) {
      const lag = bestLag(samples, wanted, { from: Math.max(0, around - 2), to: around + 2 });
      const heard = product(samples.subarray(lag, lag + wanted.length), wanted);
      if (heard > best.heard) best = { heard, offset: begins + lag * DECIMATION + phase };
    }
    return { share: best.heard / (energy(wanted) || 1), offset: best.offset };
  };
}

/** What `find` measures shares of. */
function loudness(sound: Int16Array): number {
  return energy(sharpen(decimate(sound)));
}

/** Takes the low tones down, as is usual before speech is compared. */
function sharpen(samples: Int16Array): Int16Array {
  return samples.map((sample, index) => sample - 0.95 * (samples[index - 1] ?? 0));
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
