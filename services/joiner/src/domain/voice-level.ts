import type { Frame } from './ingest-batch.ts';

/** Frames at or above this level are a voice; room noise after a noise suppressor lies below. */
const VOICE_LEVEL = 50;
/** Of a packet whose sender does not say its level: a shorter one is silence. */
const LEAST_VOICE_BYTES = 10;

/** Whether a frame is loud enough for a voice. */
export function isVoice({ level, payload }: Pick<Frame, 'level' | 'payload'>): boolean {
  return level <= VOICE_LEVEL || (level === 255 && payload.byteLength > LEAST_VOICE_BYTES);
}
