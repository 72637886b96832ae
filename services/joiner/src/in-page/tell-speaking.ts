import type { FrameBatcher } from './frame-batcher.ts';
import { LONGEST_ID } from './longest-id.ts';
import { now } from './now.ts';

const MAX_SPEAKERS = 100;

/** Reports who has a mark of speaking at this moment, where somebody has. */
export function tellSpeaking(batcher: FrameBatcher, ids: ReadonlySet<string>): void {
  const told = [...ids].filter((id) => id.length <= LONGEST_ID).slice(0, MAX_SPEAKERS);
  if (told.length > 0) batcher.event({ kind: 'speaking', at: now(), participantIds: told });
}
