import { describe, expect, it } from 'vitest';
import { SpeechDetector } from './speech-detector.ts';

/** Every 10 ms a letter: who has a voice then; `.` for nobody. Returns when the changes were known, and what they say. */
function changesOf(timeline: string, { ends = false } = {}): string[] {
  const detector = new SpeechDetector<string>();
  const log: string[] = [];
  const note = (nowMs: number, changes: ReturnType<typeof detector.tick>) => {
    for (const { isOn, speaker, fromMs, ...rest } of changes)
      log.push(`${nowMs}: ${speaker} ${isOn ? 'on' : 'off'} ${fromMs}${'toMs' in rest ? `-${rest.toMs}` : ''}`);
  };
  const letters = [...timeline.replaceAll(' ', '')];
  for (const [index, letter] of letters.entries()) {
    const [fromMs, toMs] = [index * 10, index * 10 + 10];
    if (letter !== '.')
      note(
        toMs,
        detector.push({ key: letter, fromMs, toMs }, () => letter.toUpperCase()),
      );
    note(toMs, detector.tick(toMs));
  }
  if (ends) note(letters.length * 10, detector.end());
  return log;
}

const of = (letter: string, ms: number) => letter.repeat(ms / 10);

describe('SpeechDetector', () => {
  it.each([
    { what: 'after 150 ms of a voice', timeline: of('a', 300), changes: ['150: A on 0'] },
    { what: 'not after less', timeline: of('a', 140) + of('.', 900), changes: [] },
    {
      what: 'where the voice began, with what lies between two syllables',
      timeline: `${of('.', 50)}${of('a', 80)}${of('.', 190)}${of('a', 100)}`,
      changes: ['390: A on 50'],
    },
    { what: 'not for two coughs', timeline: of('a', 100) + of('.', 250) + of('a', 100) + of('.', 900), changes: [] },
    {
      what: 'an end after 700 ms without a voice, at the end of it',
      timeline: of('a', 200) + of('.', 800),
      changes: ['150: A on 0', '900: A off 0-200'],
    },
    {
      what: 'none while somebody pauses for less',
      timeline: of('a', 200) + of('.', 690) + of('a', 50) + of('.', 690),
      changes: ['150: A on 0'],
    },
    {
      what: 'each of two who speak at once',
      timeline: 'ab'.repeat(40) + of('a', 750),
      changes: ['290: A on 0', '300: B on 10', '1500: B off 10-800'],
    },
    {
      what: 'a next speech after an end',
      timeline: of('a', 150) + of('.', 700) + of('a', 150),
      changes: ['150: A on 0', '850: A off 0-150', '1000: A on 850'],
    },
  ])('reports $what', ({ timeline, changes }) => {
    expect(changesOf(timeline)).toEqual(changes);
  });

  it('ends what goes on when nothing more comes, and says nothing of what had not begun', () => {
    expect(changesOf(of('a', 200) + of('b', 50), { ends: true })).toEqual(['150: A on 0', '250: A off 0-200']);
  });

  it('ends an old voice where a voice comes after a time of which nobody told it', () => {
    const detector = new SpeechDetector<string>();
    detector.resume({ key: 'a', fromMs: 0, toMs: 100 }, 'A');
    expect(detector.push({ key: 'a', fromMs: 900, toMs: 920 }, () => 'A')).toEqual([
      { isOn: false, speaker: 'A', fromMs: 0, toMs: 100 },
    ]);
  });

  it('goes on with a speech that was known before, and ends that of one who has gone', () => {
    const detector = new SpeechDetector<string>();
    detector.resume({ key: 'a', fromMs: 0, toMs: 5000 }, 'A');
    expect(detector.push({ key: 'a', fromMs: 5500, toMs: 5700 }, () => 'A')).toEqual([]);
    expect(detector.end((speaker) => speaker === 'B')).toEqual([]);
    expect(detector.end((speaker) => speaker === 'A')).toEqual([{ isOn: false, speaker: 'A', fromMs: 0, toMs: 5700 }]);
    expect(detector.tick(10_000)).toEqual([]);
  });
});
