import type { RunCounts, WorkerEvent } from '../browser/ipc.ts';
import type { Ending } from '../domain/bot.ts';
import type { JoinState } from '../domain/join-state.ts';

/** -dBov; at or below this a frame is loud enough to be somebody's voice. */
const VOICE_LEVEL = 50;

/** Ends that say nothing of the platform: the people or the network did not let the bot in. */
const untold: readonly Ending['reason'][] = ['denied', 'waiting-room-timeout', 'wrong-link', 'sign-in-required'];

export interface TrackFindings {
  readonly codec: string;
  packets: number;
  voicedPackets: number;
  /** -dBov of the loudest packet of each second inside: 0 is the loudest, 127 silence, null where nothing came. */
  readonly loudest: (number | null)[];
}

/** What a canary saw, in the order of the report. */
export interface Findings {
  readonly states: { readonly state: JoinState; readonly atMs: number }[];
  readonly milestones: { readonly what: string; readonly atMs: number }[];
  readonly taps: Record<string, number>;
  readonly tracks: Record<string, TrackFindings>;
  readonly people: string[];
  readonly chatMessages: number;
  readonly selectors: { readonly hit: Record<string, string>; readonly missed: readonly string[] };
  readonly screenshots: readonly string[];
  readonly ending: Ending | undefined;
}

export type Verdict = 'matches' | 'differs' | 'inconclusive';

/** What does not fit what the adapter knows; nothing where all does. */
export function judge(findings: Findings): { readonly verdict: Verdict; readonly problems: readonly string[] } {
  const { milestones, taps, tracks, people, ending } = findings;
  const isInside = milestones.some(({ what }) => what === 'entered');
  if (!isInside) {
    const why = ending?.detail ?? 'no end was seen';
    const isInconclusive = ending !== undefined && untold.includes(ending.reason);
    return { verdict: isInconclusive ? 'inconclusive' : 'differs', problems: [`the bot did not get in: ${why}`] };
  }
  const problems: string[] = [];
  if (ending?.reason !== 'stop-ordered')
    problems.push(`the visit ended by itself: ${ending?.detail ?? 'no end was seen'}`);
  if (people.length === 0) problems.push('nobody else was seen in the meeting');
  if (Object.keys(tracks).length === 0) problems.push('no sound arrived');
  else if ((taps['encoded'] ?? 0) + (taps['output'] ?? 0) === 0)
    problems.push('no receiver could be tapped as it is meant to be');
  return { verdict: problems.length === 0 ? 'matches' : 'differs', problems };
}

/** Collects a visit's events. */
export class Observed {
  readonly states: { state: JoinState; atMs: number }[] = [];
  readonly milestones: { what: string; atMs: number }[] = [];
  readonly tracks: Record<string, TrackFindings> = {};
  readonly people = new Set<string>();
  chatMessages = 0;
  taps: Readonly<Record<string, number>> = {};
  selectors: RunCounts['selectors'] = {};
  ending: Ending | undefined;
  readonly #sinceMs: () => number;

  constructor(sinceMs: () => number) {
    this.#sinceMs = sinceMs;
  }

  /** Answers whether the join state is another than before. */
  addState(state: JoinState): boolean {
    if (this.states.at(-1)?.state === state) return false;
    this.states.push({ state, atMs: this.#sinceMs() });
    return true;
  }

  collect(event: WorkerEvent): void {
    if (event.case === 'batch') return this.#listen(event.batch);
    if (event.case === 'counted') {
      this.taps = event.counts.taps;
      this.selectors = event.counts.selectors;
      return;
    }
    this.milestones.push({ what: event.case, atMs: this.#sinceMs() });
    if (event.case === 'ended') this.ending = event.ending;
  }

  #listen({ frames, participants, chat }: Extract<WorkerEvent, { case: 'batch' }>['batch']): void {
    for (const { name, participantId } of participants) this.people.add(name || participantId);
    this.chatMessages += chat.length;
    for (const { trackId, codec, level, arrivedMs } of frames) {
      const track = (this.tracks[trackId] ??= { codec, packets: 0, voicedPackets: 0, loudest: [] });
      track.packets += 1;
      if (level <= VOICE_LEVEL) track.voicedPackets += 1;
      const second = Math.floor(arrivedMs / 1000);
      while (track.loudest.length <= second) track.loudest.push(null);
      track.loudest[second] = Math.min(level, track.loudest[second] ?? Infinity);
    }
  }
}
