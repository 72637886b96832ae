import { expect, it } from 'vitest';
import type { SpeechEvent } from './bot-voice.ts';
import { SpeechReports } from './speech-reports.ts';

function eventsOf(speechId: string, source: 'api' | 'socket', at: number): SpeechEvent[] {
  const speech = { speechId, source };
  const ended = { ...speech, outcome: 'completed', heardMs: 1, totalMs: 1 } as const;
  return [
    { case: 'started', speech, at },
    { case: 'ended', speech: ended, at },
  ];
}

it('reports sixty speeches of a socket in a minute, each whole or not at all, and all of the calls', () => {
  const reports = new SpeechReports();
  const admitted = (source: 'api' | 'socket', at: number) =>
    Array.from({ length: 100 }, (_, number) => eventsOf(`${source}-${number}`, source, at))
      .flat()
      .filter((event) => reports.admits(event)).length;
  expect(admitted('socket', 0)).toBe(120);
  expect(reports.skipped).toBe(40);
  expect(admitted('api', 1)).toBe(200);
  expect(admitted('socket', 60_001)).toBe(120);
});
