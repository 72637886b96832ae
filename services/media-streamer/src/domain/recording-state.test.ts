import { describe, expect, it } from 'vitest';
import { nextState } from '@earshot/kernel';
import { recordingTransitions, type RecordingEvent, type RecordingState } from './recording-state.ts';

const states: RecordingState[] = ['awaited', 'recording', 'finishing', 'ready', 'failed', 'erased'];
const events = Object.keys(recordingTransitions) as RecordingEvent[];
const cells = states.flatMap((state) => events.map((event) => [state, event] as const));

describe('recordingTransitions', () => {
  it.each(cells)('%s on %s', (state, event) => {
    const { from, to } = recordingTransitions[event];
    if ((from as readonly RecordingState[]).includes(state))
      expect(nextState(recordingTransitions, state, event)).toBe(to);
    else expect(() => nextState(recordingTransitions, state, event)).toThrow('illegal transition');
  });

  it('lets a running recording not be erased', () => {
    expect(recordingTransitions.erase.from).not.toContain('recording');
    expect(recordingTransitions.erase.from).not.toContain('finishing');
  });
});
