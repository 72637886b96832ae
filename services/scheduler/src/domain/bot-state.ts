import type { Transitions } from '@earshot/kernel';

/**
 * scheduled: waits for its time. queued: due, waits for a joiner. joining: a joiner is on the way in. waiting-room:
 * knocked. in-meeting: inside. recording: inside and recording. paused: inside, recording paused; no bot is in it yet, since
 * nothing commands a pause. leaving: on the way out. processing: out, recording and transcript being finished. done: everything
 * asked for exists. failed: never got in, or a fault of ours.
 */
export type BotState =
  | 'scheduled'
  | 'queued'
  | 'joining'
  | 'waiting-room'
  | 'in-meeting'
  | 'recording'
  | 'paused'
  | 'leaving'
  | 'processing'
  | 'done'
  | 'failed';

export type BotEvent =
  'claim' | 'knock' | 'enter' | 'record' | 'pause' | 'leave' | 'end' | 'fail' | 'requeue' | 'finish';

/** Every state. */
export const states: readonly BotState[] = Object.keys({
  scheduled: 0,
  queued: 0,
  joining: 0,
  'waiting-room': 0,
  'in-meeting': 0,
  recording: 0,
  paused: 0,
  leaving: 0,
  processing: 0,
  done: 0,
  failed: 0,
} satisfies Record<BotState, 0>) as BotState[];

/** States in which a joiner holds the bot. */
export const assignedStates = [
  'joining',
  'waiting-room',
  'in-meeting',
  'recording',
  'paused',
  'leaving',
] as const satisfies BotState[];

/** States in which the bot waits for a joiner. */
export const waitingStates = ['scheduled', 'queued'] as const satisfies BotState[];

export const botTransitions = {
  claim: { from: waitingStates, to: 'joining' },
  knock: { from: ['joining'], to: 'waiting-room' },
  enter: { from: ['joining', 'waiting-room'], to: 'in-meeting' },
  record: { from: ['in-meeting', 'paused'], to: 'recording' },
  pause: { from: ['recording'], to: 'paused' },
  leave: { from: ['joining', 'waiting-room', 'in-meeting', 'recording', 'paused'], to: 'leaving' },
  end: { from: [...assignedStates, ...waitingStates], to: 'processing' },
  fail: { from: [...assignedStates, ...waitingStates], to: 'failed' },
  requeue: { from: assignedStates, to: 'queued' },
  finish: { from: ['processing'], to: 'done' },
} as const satisfies Transitions<BotState, BotEvent>;

function isTerminal(state: BotState): boolean {
  return state === 'done' || state === 'failed';
}

/** Whether the visit itself is over; erasure may begin. */
export function isOver(state: BotState): boolean {
  return state === 'processing' || isTerminal(state);
}
