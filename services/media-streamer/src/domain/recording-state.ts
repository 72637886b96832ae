import type { Transitions } from '@earshot/kernel';

/**
 * awaited: the visit is over and nothing has come of it, but still may. recording: audio comes in, or may come again.
 * finishing: all audio there will be is stored. ready: one file, checked. failed: there is nothing to make a file of.
 * erased: nothing is left but the fact that there was something.
 */
export type RecordingState = 'awaited' | 'recording' | 'finishing' | 'ready' | 'failed' | 'erased';

export type RecordingEvent = 'begin' | 'close' | 'complete' | 'miss' | 'erase';

export const recordingTransitions = {
  begin: { from: ['awaited'], to: 'recording' },
  close: { from: ['recording'], to: 'finishing' },
  complete: { from: ['finishing'], to: 'ready' },
  miss: { from: ['awaited', 'finishing'], to: 'failed' },
  erase: { from: ['ready', 'failed', 'erased'], to: 'erased' },
} as const satisfies Transitions<RecordingState, RecordingEvent>;
