import { SECOND } from '@earshot/kernel';
import { isWithin, type Interval, type Person, type Speech } from './visit.ts';

/** Whoever has the picture keeps it for so long. */
const HOLD_MS = 2 * SECOND;
/** A word in between takes it from nobody. */
const LEAST_SPEECH_MS = 600;
const STEP_MS = 200;

export interface SpeakerTurn extends Interval {
  readonly personId: string;
}

/**
 * Who has the picture, from when to when: whoever speaks, until somebody else does while they are silent. Nobody before the first word;
 * afterwards whoever spoke last, until they leave.
 */
export function speakerTurns(speech: readonly Speech[], people: readonly Person[], durationMs: number): SpeakerTurn[] {
  const byStart = [...speech].sort((one, other) => one.fromMs - other.fromMs);
  const turns: SpeakerTurn[] = [];
  let [next, active]: [number, Speech[]] = [0, []];
  let current: { personId: string; fromMs: number } | undefined;
  const end = (atMs: number) => {
    if (current && atMs > current.fromMs) turns.push({ ...current, toMs: atMs });
    current = undefined;
  };
  for (let atMs = 0; atMs < durationMs; atMs += STEP_MS) {
    for (; next < byStart.length && (byStart[next]?.fromMs ?? 0) <= atMs; next++) active.push(byStart[next] as Speech);
    active = active.filter(({ toMs }) => toMs > atMs);
    if (current && isGone(people, current.personId, atMs)) end(atMs);
    const holder = current;
    if (holder && (atMs - holder.fromMs < HOLD_MS || active.some(({ personId }) => personId === holder.personId)))
      continue;
    const speaker = active.find(
      ({ personId, fromMs }) => atMs - fromMs >= (holder ? LEAST_SPEECH_MS : 0) && !isGone(people, personId, atMs),
    );
    if (!speaker || speaker.personId === holder?.personId) continue;
    end(atMs);
    current = { personId: speaker.personId, fromMs: atMs };
  }
  end(durationMs);
  return turns;
}

/** Somebody who is known and was never there at that time; about others nothing is known. */
function isGone(people: readonly Person[], personId: string, atMs: number): boolean {
  const known = people.filter(({ id }) => id === personId);
  return known.length > 0 && !known.some((person) => isWithin(person, atMs));
}
