/** So much of a voice is speech. */
const VOICE_MS = 150;
/** A longer pause before that and what came was a cough, or a door; between two syllables there is less. */
const LONGEST_PAUSE_MS = 200;
/** So long without a voice, and the speech has ended. */
const SILENCE_MS = 700;

/** Somebody begins to speak, or has ended; timeline, milliseconds. */
export type SpeechChange<Speaker> = {
  readonly speaker: Speaker;
  /** When the voice began. */
  readonly fromMs: number;
} & (
  | { readonly isOn: true }
  | {
      readonly isOn: false;
      /** When the voice was there last. */
      readonly toMs: number;
    }
);

/** A voice that was there, of whoever it is. */
export interface Voiced {
  /** By what a speaker is known; of several tracks of one speaker the same. */
  readonly key: string;
  readonly fromMs: number;
  readonly toMs: number;
}

interface Voice<Speaker> {
  fromMs: number;
  toMs: number;
  voicedMs: number;
  /** Who speaks, as it was known when they began; undefined: nobody yet. */
  speaker: Speaker | undefined;
}

/** Knows of each speaker when they begin and end to speak. A function of what is put in alone: no clock. */
export class SpeechDetector<Speaker> {
  readonly #voices = new Map<string, Voice<Speaker>>();

  /** They speak, as it was known before. */
  resume({ key, fromMs, toMs }: Voiced, speaker: Speaker): void {
    this.#voices.set(key, { fromMs, toMs, voicedMs: VOICE_MS, speaker });
  }

  /** There is a voice; `speakerOf` is asked when they begin to speak. */
  push({ key, fromMs, toMs }: Voiced, speakerOf: () => Speaker): SpeechChange<Speaker>[] {
    const changes = this.#endWhere((voice, each) => each === key && fromMs - voice.toMs >= SILENCE_MS);
    const known = this.#voices.get(key);
    const isNew = !known || (known.speaker === undefined && fromMs - known.toMs > LONGEST_PAUSE_MS);
    const voice = isNew ? { fromMs, toMs, voicedMs: 0, speaker: undefined } : known;
    if (isNew) this.#voices.set(key, voice);
    voice.voicedMs += Math.max(0, toMs - fromMs);
    voice.toMs = Math.max(voice.toMs, toMs);
    if (voice.speaker !== undefined || voice.voicedMs < VOICE_MS) return changes;
    voice.speaker = speakerOf();
    return [...changes, { isOn: true, speaker: voice.speaker, fromMs: voice.fromMs }];
  }

  /** The timeline has come to `nowMs`. */
  tick(nowMs: number): SpeechChange<Speaker>[] {
    return this.#endWhere(({ toMs }) => nowMs - toMs >= SILENCE_MS);
  }

  /** Those for whom it holds are not there any more; all, unless one says who. */
  end(isGone: (speaker: Speaker) => boolean = () => true): SpeechChange<Speaker>[] {
    return this.#endWhere(({ speaker }) => speaker !== undefined && isGone(speaker));
  }

  #endWhere(isOver: (voice: Voice<Speaker>, key: string) => boolean): SpeechChange<Speaker>[] {
    const changes: SpeechChange<Speaker>[] = [];
    for (const [key, voice] of this.#voices) {
      if (!isOver(voice, key)) continue;
      this.#voices.delete(key);
      const { speaker, fromMs, toMs } = voice;
      if (speaker !== undefined) changes.push({ isOn: false, speaker, fromMs, toMs });
    }
    return changes;
  }
}
