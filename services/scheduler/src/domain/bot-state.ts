import type { BotState, Transitions } from '@earshot/kernel';

export type BotEvent =
  'claim' | 'knock' | 'enter' | 'record' | 'pause' | 'unpause' | 'leave' | 'end' | 'fail' | 'requeue' | 'finish';

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
  record: { from: ['in-meeting'], to: 'recording' },
  pause: { from: ['recording'], to: 'paused' },
  unpause: { from: ['paused'], to: 'recording' },
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
