import { setTimeout as delay } from 'node:timers/promises';
import type { CapturedSound, LabParticipant } from '@earshot/lab';

const RATE = 48_000;
/** A voice is louder than this, in samples of 16 bits: what an encoder makes of silence is not. */
const AUDIBLE = 200;
/** Behind it nothing sounds: longer than a pause between two sounds of a word. */
const SILENCE_SAMPLES = 0.2 * RATE;

/** What one participant was played of another, whole. */
export interface Listening {
  /** 48 kHz, mono. */
  readonly pcm: Int16Array;
  /** When a sample would have been played without the listener's own jitter buffer, milliseconds since 1970. */
  timeOf(sample: number): number;
  /** The first sample from which on nothing sounds for a fifth of a second, at or behind another; undefined where it never falls silent. */
  silentFrom(sample: number): number | undefined;
}

/** Listens to somebody for a while. Resolves at the end; `begun` once it listens. */
export function listenTo(
  listener: LabParticipant,
  name: string,
  durationMs: number,
): { readonly begun: Promise<void>; readonly ended: Promise<Listening> } {
  const capturing = listener.capture(name, { durationMs });
  return {
    begun: delay(LISTENS_AFTER_MS),
    ended: capturing.then(({ sound, soundDelayMs }) => join(sound, soundDelayMs)),
  };
}

/** A page that is asked to listen does by then. */
const LISTENS_AFTER_MS = 300;

function join(sound: readonly CapturedSound[], delayMs: number): Listening {
  const pcm = new Int16Array(sound.reduce((sum, { samples }) => sum + samples.length, 0));
  const begins: number[] = [];
  let at = 0;
  for (const { samples, sampleRate } of sound) {
    if (sampleRate !== RATE) throw new Error(`sound of ${sampleRate} Hz`);
    pcm.set(samples, at);
    begins.push(at);
    at += samples.length;
  }
  return {
    pcm,
    timeOf(sample) {
      const index = Math.max(
        0,
        begins.findLastIndex((begin) => begin <= sample),
      );
      // A piece is had when its last sample is.
      const { at: hadAt = 0, samples } = sound[index] ?? { samples: new Int16Array() };
      const left = samples.length - (sample - (begins[index] ?? 0));
      return hadAt - (left * 1000) / RATE - delayMs;
    },
    silentFrom(sample) {
      let last = sample;
      for (let index = sample; index < pcm.length; index += 1) {
        if (Math.abs(pcm[index] ?? 0) > AUDIBLE) last = index + 1;
        else if (index - last >= SILENCE_SAMPLES) return last;
      }
      return undefined;
    },
  };
}
