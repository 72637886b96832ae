import type { LabParticipant } from '@earshot/lab';

const RATE = 48_000;
/** A voice is louder than this, in samples of 16 bits: what an encoder makes of silence is not. */
const AUDIBLE = 200;
/** Behind it nothing sounds: longer than a pause between two sounds of a word. */
const SILENCE_SAMPLES = 0.3 * RATE;

/** What one participant was played of another, whole. */
export interface Listened {
  /** 48 kHz, mono. */
  readonly pcm: Int16Array;
  /** How long the listener's own jitter buffer kept what came, in the mean, milliseconds. */
  readonly bufferedMs: number;
  /** When a sample would have been played without the listener's own jitter buffer, milliseconds since 1970. */
  timeOf(sample: number): number;
  /** The sample of such a time. */
  sampleAt(time: number): number;
  /** The first sample from which on nothing sounds for three tenths of a second, at or behind another; undefined where it never falls silent. */
  silentFrom(sample: number): number | undefined;
}

/** Listens to somebody from now on. The answer ends it, `forMs` later. */
export async function listenTo(listener: LabParticipant, name: string): Promise<(forMs: number) => Promise<Listened>> {
  const listening = await listener.listen(name);
  return async (forMs) => {
    const { startedAt, delayMs, samples } = await listening.recorded({ until: Date.now() + forMs });
    await listening.stop();
    return toListened(samples, startedAt - delayMs, delayMs);
  };
}

function toListened(pcm: Int16Array, startedAt: number, bufferedMs: number): Listened {
  return {
    pcm,
    bufferedMs,
    timeOf: (sample) => startedAt + (sample * 1000) / RATE,
    sampleAt: (time) => Math.min(pcm.length, Math.max(0, Math.round(((time - startedAt) * RATE) / 1000))),
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
