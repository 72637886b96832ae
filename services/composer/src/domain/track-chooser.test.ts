import { expect, it } from 'vitest';
import { TrackChooser } from './track-chooser.ts';

const webcam = (participantId: string) => ({
  trackId: `cam-${participantId}`,
  source: 'webcam' as const,
  participantId,
});
function chooserOf(...people: string[]) {
  const chooser = new TrackChooser();
  for (const person of people) chooser.add(webcam(person));
  return chooser;
}
const hear = (chooser: TrackChooser, person: string, ms: number) => {
  for (let at = 0; at < ms; at += 20) chooser.hear(person, 20);
};

it('shows anybody until somebody speaks, and nobody where nobody is', () => {
  expect(new TrackChooser().trackId).toBeUndefined();
  expect(chooserOf('ann', 'bob').trackId).toBe('cam-ann');
});

it('goes to whoever speaks, after most of a second, and stays while nobody does', () => {
  const chooser = chooserOf('ann', 'bob');
  hear(chooser, 'bob', 780);
  expect(chooser.trackId).toBe('cam-ann');
  hear(chooser, 'bob', 20);
  hear(chooser, '', 5000);
  expect(chooser.trackId).toBe('cam-bob');
  hear(chooser, 'ann', 500);
  hear(chooser, 'bob', 40);
  hear(chooser, 'ann', 500);
  expect(chooser.trackId).toBe('cam-bob');
});

it('does not leave a picture for a voice that has none', () => {
  const chooser = chooserOf('ann', 'bob');
  hear(chooser, 'bob', 1000);
  hear(chooser, 'cy', 5000);
  expect(chooser.trackId).toBe('cam-bob');
  chooser.end('cam-bob');
  expect(chooser.trackId).toBe('cam-ann');
});

it('shows the newest screen while one is shared', () => {
  const chooser = chooserOf('ann');
  chooser.add({ trackId: 's1', source: 'screen-share', participantId: 'ann' });
  chooser.add({ trackId: 's2', source: 'screen-share', participantId: '' });
  expect(chooser.trackId).toBe('s2');
  chooser.end('s2');
  expect(chooser.trackId).toBe('s1');
  chooser.end('s1');
  expect(chooser.trackId).toBe('cam-ann');
});
